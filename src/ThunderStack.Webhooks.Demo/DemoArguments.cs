using System.Diagnostics.CodeAnalysis;

namespace ThunderStack.Webhooks.Demo;

/// <summary>The demo's command line.</summary>
internal sealed record DemoArguments
{
    public const string Help =
        """
        Runs the ThunderStack webhook receiver and an emulated cloud in one process, so that you can watch events arrive.

          --port N             where the receiver listens         8080
          --dashboard-port N   where the dashboard is             8081
          --emulator-port N    where the emulated cloud listens   8090
          --data FOLDER        where events are stored            data/demo
        """;

    public int Port { get; init; } = 8080;

    public int DashboardPort { get; init; } = 8081;

    public int EmulatorPort { get; init; } = 8090;

    /// <summary>Where events are stored, as a full path.</summary>
    public string Data { get; init; } = Path.GetFullPath(Path.Combine("data", "demo"));

    public string ReceiverUrl => $"http://127.0.0.1:{Port}";

    public string DashboardUrl => $"http://127.0.0.1:{DashboardPort}/";

    public string EmulatorUrl => $"http://127.0.0.1:{EmulatorPort}";

    public string WebhookUrl => $"{ReceiverUrl}/webhooks/thunderstack";

    /// <summary>Reads the command line; otherwise there is an answer to print, which is <see cref="Help"/> when that was asked for.</summary>
    public static bool TryParse(
        string[] args, [NotNullWhen(true)] out DemoArguments? arguments, [NotNullWhen(false)] out string? answer)
    {
        arguments = null;
        answer = null;
        var read = new DemoArguments();
        for (var i = 0; i < args.Length && answer is null; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--help" or "-h" or "-?":
                    answer = Help;
                    break;
                case "--port" when TryPort(value, out var port):
                    read = read with { Port = port };
                    break;
                case "--dashboard-port" when TryPort(value, out var port):
                    read = read with { DashboardPort = port };
                    break;
                case "--emulator-port" when TryPort(value, out var port):
                    read = read with { EmulatorPort = port };
                    break;
                case "--data" when !string.IsNullOrWhiteSpace(value):
                    read = read with { Data = Path.GetFullPath(value) };
                    break;
                case "--port" or "--dashboard-port" or "--emulator-port":
                    answer = $"{args[i]} is followed by a port from 1 to 65535, such as {args[i]} 8180.";
                    break;
                case "--data":
                    answer = "--data is followed by a folder.";
                    break;
                default:
                    answer = $"'{args[i]}' is not known here.{Environment.NewLine}{Environment.NewLine}{Help}";
                    break;
            }
        }

        int[] ports = [read.Port, read.DashboardPort, read.EmulatorPort];
        if (ports.FirstOrDefault(port => ports.Count(other => other == port) > 1) is > 0 and var twice)
        {
            answer ??= $"Two cannot listen on port {twice}: choose other ones with --port, --dashboard-port or --emulator-port.";
        }

        arguments = answer is null ? read : null;
        return answer is null;
    }

    private static bool TryPort(string? text, out int port) => int.TryParse(text, out port) && port is >= 1 and <= 65535;
}
