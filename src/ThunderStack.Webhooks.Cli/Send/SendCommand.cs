using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.Cli.Http;
using ThunderStack.Webhooks.Cli.Inbox;
using ThunderStack.Webhooks.Cli.Verify;

namespace ThunderStack.Webhooks.Cli.Send;

/// <summary><c>send</c>.</summary>
internal sealed class SendCommand : ToolCommand
{
    private const int ShownEvents = 20;
    private const int MaxCount = 10_000_000;

    private readonly Option<Uri?> _to = UrlOption.Create("--to", "The receiver's webhook URL; with --emulator, in place of the node's own.");
    private readonly Option<string?> _key = new("--key") { Description = "The private key to sign with: a PEM file.", HelpName = "FILE" };
    private readonly Option<Uri?> _emulator = UrlOption.Create("--emulator", "Let the emulated cloud at this address sign and send.");
    private readonly Option<string[]> _node = new("--node")
    {
        Description = "The event's node; named several times, they take turns.",
        HelpName = "ID",
        DefaultValueFactory = _ => ["demo-node"],
    };

    private readonly Option<string[]> _status = new("--status")
    {
        Description = "The node's new status, any text; named several times, they take turns.",
        HelpName = "STATUS",
        DefaultValueFactory = _ => ["RUNNING"],
    };

    private readonly Option<string?> _body = new("--body")
    {
        Description = "Sign and send exactly the bytes of this file; - reads standard input.",
        HelpName = "FILE",
    };

    private readonly Option<int?> _count = NumberOption.Create(
        "--count", "How many events to send.", "N", (int count) => count is >= 1 and <= MaxCount, $"a whole number from 1 to {MaxCount}", 1);

    private readonly Option<double?> _rate = NumberOption.Create(
        "--rate",
        "How many events a second; one after the other without it.",
        "N",
        (double rate) => rate is > 0 and <= 100_000,
        "a number above 0 and at most 100000");

    private readonly Option<bool> _duplicate = new("--duplicate") { Description = "Send each event twice." };
    private readonly Option<bool> _tamper = new("--tamper") { Description = "Change each body after signing it: all must be refused." };
    private readonly Option<string> _header = new("--header")
    {
        Description = "The header of the signature.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "X-ThunderStack-Signature",
    };

    private readonly Option<double?> _timeout = NumberOption.Create(
        "--timeout",
        "How many seconds to wait for an answer.",
        "SECONDS",
        (double seconds) => seconds is > 0 and <= 3600,
        "a number of seconds above 0 and at most 3600",
        10);

    public SendCommand()
        : base("send", "Send signed test events to a receiver, and say how each was answered.")
    {
        foreach (var option in (Option[])[_to, _key, _emulator, _node, _status, _body, _count, _rate, _duplicate, _tamper, _header, _timeout])
        {
            Add(option);
        }

        Requires(
            "Name --to and --key, or --emulator.",
            given => given.GetValue(_emulator) is null ? given.GetValue(_to) is not null && given.GetValue(_key) is not null : given.GetValue(_key) is null);
        Requires(
            "--body needs --key: the emulator makes its events itself.",
            given => given.GetValue(_emulator) is null || given.GetValue(_body) is null);
        Requires("--duplicate and --tamper exclude each other.", given => !given.GetValue(_duplicate) || !given.GetValue(_tamper));
    }

    public override IReadOnlyList<string> Examples =>
    [
        "send --to http://localhost:8080/webhooks/thunderstack --key test-key.pem --node my-node --status FAILED",
        "send --to https://hooks.example.com/webhooks/thunderstack --key test-key.pem --count 1000 --rate 100 --duplicate",
        "send --emulator http://localhost:8090 --node demo-node --status PAUSED",
    ];

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var plan = new SendPlan(
            arguments.GetRequiredValue(_node),
            arguments.GetRequiredValue(_status),
            arguments.GetValue(_count)!.Value,
            arguments.GetValue(_rate),
            arguments.GetValue(_duplicate),
            arguments.GetValue(_tamper),
            arguments.GetValue(_body) is { } file ? await BodyFile.ReadAsync(file, ToolHost.Of(arguments), cancellationToken) : null);
        var timeout = TimeSpan.FromSeconds(arguments.GetValue(_timeout)!.Value);
        var header = arguments.GetRequiredValue(_header);
        var url = arguments.GetValue(_to);
        var emulator = arguments.GetValue(_emulator);
        using ITestSender sender = emulator is null
            ? new KeySender(url!, header, timeout, await PrivateKeyFile.ReadAsync(arguments.GetValue(_key)!, terminal, cancellationToken))
            : new EmulatorSender(emulator, url, header, timeout);
        var tally = new SendTally(url ?? emulator!);
        using (var progress = new Progress(terminal, "sent", plan.Count))
        {
            await new SendRun(plan, number => sender.SendAsync(plan, number, cancellationToken)).RunAsync(tally, progress, cancellationToken);
        }

        var report = tally.ToReport();
        terminal.Write(report, sent => Write(terminal, sent));
        return report.AsExpected == report.Sent ? ExitCode.Ok
            : report.Answers.Count == 1 && report.Answers.ContainsKey("none") ? ExitCode.Unavailable
            : ExitCode.Failed;
    }

    private static void Write(Terminal terminal, SendReport report)
    {
        foreach (var sent in report.Sent <= ShownEvents ? report.Events : [.. report.Events.Where(sent => !sent.AsExpected).Take(ShownEvents)])
        {
            WriteEvent(terminal, sent);
        }

        var answers = string.Join(", ", report.Answers.Select(answer => $"{answer.Value:N0} × {(answer.Key == "none" ? "no answer" : answer.Key)}"));
        terminal.WriteLine(
            $"sent {report.Sent:N0} in all, {report.AsExpected:N0} answered as they should be: {answers}; "
            + $"{report.PerSecond:N1}/s, median {report.MedianMilliseconds:0.#} ms, 99 % within {report.P99Milliseconds:0.#} ms");
    }

    private static void WriteEvent(Terminal terminal, SentEvent sent)
    {
        var status = sent.HttpStatus?.ToString() ?? "no answer";
        var kind = sent.Kind == SentKind.Original ? "" : $" {sent.Kind.ToString().ToLowerInvariant()}";
        if (sent.AsExpected)
        {
            terminal.WriteMarkup($"[green]{status}[/]  {sent.Number} {sent.Status}{kind}, {sent.Milliseconds:0.#} ms  {(sent.EventId is { } id ? EventIdText.Shorten(id) : sent.Answer)}");
        }
        else
        {
            terminal.WriteMarkup($"[red]{status}[/]  {sent.Number} {sent.Status}{kind}, {sent.Milliseconds:0.#} ms  {sent.Answer}");
        }
    }
}
