using System.Globalization;
using ThunderStack.Webhooks.Receiver.Settings;

namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>
/// <c>--health</c>: asks the receiver that runs with the same settings on this machine whether it is ready, and exits with 0 or 1. For
/// the <c>HEALTHCHECK</c> of an image that has no shell and no curl.
/// </summary>
internal static class HealthProbe
{
    public const string Argument = "--health";

    private const int DefaultPort = 8080;

    // Less than the timeout of the HEALTHCHECK, so that it is this one that says what is wrong.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    public static async Task<int> RunAsync(string[] args)
    {
        var address = $"http://127.0.0.1:{FindPort(ReceiverConfiguration.CreateBuilder(args).Configuration)}/healthz/ready";
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(new Uri(address));
            await Console.Out.WriteLineAsync(await answer.Content.ReadAsStringAsync());
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (HttpRequestException exception)
        {
            await Console.Error.WriteLineAsync($"{address} does not answer: {exception.Message}");
            return 1;
        }
        catch (TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"{address} does not answer within {Patience.TotalSeconds:0} s.");
            return 1;
        }
    }

    // The management port; without it, the first one for webhooks that is not https.
    private static int FindPort(ConfigurationManager configuration)
    {
        var management = int.TryParse(configuration[ManagementOptions.PortKey], CultureInfo.InvariantCulture, out var written)
            ? written
            : new ManagementOptions().Port;
        if (management != 0)
        {
            return management;
        }

        if (configuration["urls"] is { } urls)
        {
            return urls.Split(';').Select(BindingAddress.Parse).FirstOrDefault(address => address.Scheme == Uri.UriSchemeHttp)?.Port ?? DefaultPort;
        }

        return int.TryParse(configuration["http_ports"]?.Split(';')[0], CultureInfo.InvariantCulture, out var port) ? port : DefaultPort;
    }
}
