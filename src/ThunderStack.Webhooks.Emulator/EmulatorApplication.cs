using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Emulator.Bursts;
using ThunderStack.Webhooks.Emulator.Certificates;
using ThunderStack.Webhooks.Emulator.Events;
using ThunderStack.Webhooks.Emulator.Faults;
using ThunderStack.Webhooks.Emulator.Keys;
using ThunderStack.Webhooks.Emulator.Logs;
using ThunderStack.Webhooks.Emulator.NodeApi;
using ThunderStack.Webhooks.Emulator.Nodes;
using ThunderStack.Webhooks.Emulator.Page;
using ThunderStack.Webhooks.Emulator.Sending;

namespace ThunderStack.Webhooks.Emulator;

/// <summary>A ThunderStack Cloud for development and tests: it has a key, signs with it, and sends webhooks.</summary>
public static class EmulatorApplication
{
    /// <summary>Where the emulator listens when nothing else is configured.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8090";

    /// <summary>Builds the emulator; the caller runs it.</summary>
    /// <param name="args">The command line: configuration such as <c>--Emulator:WebhookUrl=…</c> or <c>--urls=…</c>.</param>
    /// <param name="configure">Changes the application before it is built: configuration, clock, log.</param>
    /// <remarks>Starting it throws <see cref="OptionsValidationException"/> when section <c>Emulator</c> cannot be used.</remarks>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // That it failed to start is told by the exception; the host would repeat it with a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        configure?.Invoke(builder);
        AddEmulator(builder);

        var app = builder.Build();
        // Made now: the first caller should not wait for it.
        app.Services.GetRequiredService<SigningKey>();

        app.UseMiddleware<BrowserGuard>();
        var cloud = app.MapGroup("/api").AddEndpointFilter<BearerTokenFilter>();
        var control = app.MapGroup("/emulator");
        cloud.MapPublicKey();
        cloud.MapNodes();
        cloud.MapLogs(control);
        cloud.MapCertificates();
        control.MapKeyControl();
        control.MapSending();
        control.MapFaults();
        control.MapBursts();
        app.MapNodeApi();
        app.MapPage();
        return app;
    }

    private static void AddEmulator(WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.Services.AddOptions<EmulatorOptions>().BindConfiguration(EmulatorOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<EmulatorOptions>, EmulatorOptionsValidator>();
        // What was sent is shown as it was sent: + and / of a signature are not escaped.
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter());
        });

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<SigningKey>();
        builder.Services.AddSingleton<PublicKeyDesk>();
        builder.Services.AddSingleton<EventClock>();
        builder.Services.AddSingleton<FaultPlan>();
        builder.Services.AddSingleton<NodeFaultPlan>();
        builder.Services.AddSingleton<WebhookComposer>();
        builder.Services.AddSingleton<WebhookPoster>();
        builder.Services.AddSingleton<DeliveryLog>();
        builder.Services.AddSingleton<WebhookSender>();
        builder.Services.AddSingleton<BurstRunner>();
        builder.Services.AddSingleton<EmulatedCloud>();
        builder.Services.AddPage();
        builder.Services.AddHostedService<NodeLifeTimer>();
    }
}
