using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ThunderStack.Webhooks.Receiver.Hosting;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Hosting;

/// <summary>The program from its entry point on, with its own settings file, on a real socket. Settings of the test come as arguments.</summary>
internal sealed class ReceiverProgram : WebApplicationFactory<StartupException>
{
    private readonly TemporaryDirectory _directory = new();

    public static ReceiverProgram Start()
    {
        var program = new ReceiverProgram();
        program.UseKestrel(0);
        program.StartServer();
        return program;
    }

    public override async ValueTask DisposeAsync()
    {
        // The program disposes of itself once it is told to stop; the base class would do it at the same time.
        var lifetime = Services.GetRequiredService<IHostApplicationLifetime>();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (lifetime.ApplicationStopped.Register(stopped.SetResult))
        {
            lifetime.StopApplication();
            await stopped.Task;
        }

        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment(Environments.Production);
        foreach (var (key, value) in ReceiverHost.Settings(_directory).Where(setting => setting.Key.StartsWith("ThunderStack:", StringComparison.Ordinal)))
        {
            builder.UseSetting(key, value);
        }
    }
}
