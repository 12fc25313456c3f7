using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using ThunderStack.Cloud;
using ThunderStack.Webhooks.Emulator;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Receiver;
using ThunderStack.Webhooks.Receiver.Hosting;

namespace ThunderStack.Webhooks.Demo;

/// <summary>The real receiver and an emulated cloud in one process, and the story of what happens between them.</summary>
internal static class DemoApplication
{
    /// <summary>The node that lives in the emulated cloud.</summary>
    public const string NodeId = "demo-node";

    /// <summary>Another one, whose webhooks are all lost on their way.</summary>
    public const string QuietNodeId = "quiet-node";

    /// <summary>One that is upgraded, and locked after that as every node is.</summary>
    public const string WalletNodeId = "wallet-node";

    /// <summary>A handler that fails, so that there are dead letters.</summary>
    public const string FailingHandler = "tickets";

    // Its own in the emulated cloud, as for every node there.
    private const string Password = "emulated-password";
    private const string StepInterval = "00:00:03";

    // Shorter than a step, so that something that is never told settles.
    private const string SettlingTime = "00:00:02";
    private const string ApiToken = "demo";

    /// <summary>Runs until Ctrl+C. Returns the exit code: 0, or 1 when it could not start.</summary>
    public static async Task<int> RunAsync(DemoArguments arguments)
    {
        var narrator = new Narrator();
        try
        {
            // The cloud first: the receiver fetches its public key at start.
            await using var emulator = BuildEmulator(arguments, narrator);
            if (!await TryStartAsync(emulator, arguments.EmulatorPort, "--emulator-port"))
            {
                return 0;
            }

            await using var receiver = BuildReceiver(arguments, narrator);

            // Only what has started hears Ctrl+C: the other one would start, and wait for the next.
            using var interruption = emulator.Lifetime.ApplicationStopping.Register(receiver.Lifetime.StopApplication);
            if (!await TryStartAsync(receiver, arguments.Port, "--port"))
            {
                return 0;
            }

            Welcome.Print(arguments);
            narrator.Begin();
            var upgrade = Upgrader.UpgradeAsync(arguments, ApiToken, narrator, receiver.Lifetime.ApplicationStopping);
            var forgery = Forger.TryAsync(arguments, narrator, receiver.Lifetime.ApplicationStopping);
            await receiver.WaitForShutdownAsync();
            await emulator.StopAsync();
            await Task.WhenAll(forgery, upgrade);
            return 0;
        }
        catch (Exception problem) when (problem is DemoException or StartupException or InboxOpenException)
        {
            // It is a receiver's message, and names the setting; here that comes from an option.
            await Console.Error.WriteLineAsync(VisibleText.Escape(problem.Message
                .Replace("ThunderStack:Inbox:ConnectionString", "--data", StringComparison.Ordinal)
                .Replace("ThunderStack:Management:Port", "--dashboard-port", StringComparison.Ordinal)));
            return 1;
        }
    }

    private static WebApplication BuildEmulator(DemoArguments arguments, Narrator narrator) =>
        EmulatorApplication.Build([], builder => Configure(builder, arguments.EmulatorUrl, narrator.For("cloud", ConsoleColor.Cyan), new()
        {
            ["Emulator:WebhookUrl"] = arguments.WebhookUrl,
            ["Emulator:Nodes:0:NodeId"] = NodeId,
            ["Emulator:Nodes:1:NodeId"] = QuietNodeId,
            ["Emulator:Nodes:2:NodeId"] = WalletNodeId,
            ["Emulator:Nodes:2:Lives"] = "false",
            ["Emulator:Faults:0:Fault"] = "Lost",
            ["Emulator:Faults:0:NodeId"] = QuietNodeId,
            ["Emulator:Interval"] = StepInterval,
            ["Emulator:ApiToken"] = ApiToken,
        }));

    private static WebApplication BuildReceiver(DemoArguments arguments, Narrator narrator) =>
        ReceiverApplication.Build(["--environment=Development"], builder => Configure(builder, arguments.ReceiverUrl, narrator.For("receiver", ConsoleColor.Green), new()
        {
            // In Development, and without a key, the dashboard is open to this machine.
            ["ThunderStack:Management:Port"] = $"{arguments.DashboardPort}",
            ["ThunderStack:Webhook:PublicUrl"] = arguments.WebhookUrl,
            ["ThunderStack:Nodes:0:NodeId"] = NodeId,
            ["ThunderStack:Nodes:1:NodeId"] = QuietNodeId,
            ["ThunderStack:Cloud:BaseAddress"] = arguments.EmulatorUrl,
            ["ThunderStack:Cloud:ApiToken"] = ApiToken,
            ["ThunderStack:Reconciliation:Interval"] = "00:00:10",
            ["ThunderStack:Reconciliation:SettlingTime"] = SettlingTime,
            ["ThunderStack:NodeWatch:Interval"] = "00:00:10",
            ["ThunderStack:Cloud:NodeApiHosts:0"] = "127.0.0.1",
            ["ThunderStack:Nodes:2:NodeId"] = WalletNodeId,
            ["ThunderStack:Nodes:2:Unlock:PasswordFile"] = WritePassword(arguments),
            ["ThunderStack:Handlers:log:Type"] = "Log",
            ["ThunderStack:Handlers:people:Type"] = "Log",
            ["ThunderStack:Handlers:people:When:Conditions:0"] = "NodeLocked",
            ["ThunderStack:Handlers:unlock:Type"] = "Unlock",
            ["ThunderStack:PublicKey:RefetchFloor"] = "00:00:01",

            // Something to look at on the dashboard, and to replay in vain: nobody is at that address.
            [$"ThunderStack:Handlers:{FailingHandler}:Type"] = "Forward",
            [$"ThunderStack:Handlers:{FailingHandler}:Url"] = "http://127.0.0.1:1/tickets",
            [$"ThunderStack:Handlers:{FailingHandler}:When:Statuses:0"] = "FAILED",
            [$"ThunderStack:Handlers:{FailingHandler}:RetryDelays:0"] = "00:00:01",
            ["ThunderStack:Inbox:ConnectionString"] = $"Data Source={Path.Combine(arguments.Data, "inbox.db")}",
        }));

    private static string WritePassword(DemoArguments arguments)
    {
        var file = Path.Combine(arguments.Data, $"{WalletNodeId}-password");
        try
        {
            Directory.CreateDirectory(arguments.Data);
            File.WriteAllText(file, Password);
            return file;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new DemoException($"The demo cannot write to {arguments.Data}: {problem.Message.TrimEnd('.')}. Choose another folder with --data.");
        }
    }

    // Nothing from the environment or a settings file: the demo is the same for everybody.
    private static void Configure(
        WebApplicationBuilder builder, string url, ILoggerProvider narrator, Dictionary<string, string?> settings)
    {
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.WebHost.UseUrls(url);
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(narrator);
    }

    /// <summary>Starts it. False after Ctrl+C.</summary>
    private static async Task<bool> TryStartAsync(WebApplication app, int port, string option)
    {
        try
        {
            await app.StartAsync();
            return true;
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return false;
        }
        catch (IOException problem) when (problem.InnerException is AddressInUseException)
        {
            throw new DemoException(
                $"Port {port} is in use. Stop the program that listens there, or choose another port, such as {option} {Next(port)}.");
        }
        catch (Exception problem) when (problem is IOException or SocketException)
        {
            throw new DemoException($"The demo cannot listen on port {port}: {problem.Message.TrimEnd('.')}. Choose another port with {option}.");
        }
    }

    private static int Next(int port) => port <= 65535 - 100 ? port + 100 : port - 100;
}
