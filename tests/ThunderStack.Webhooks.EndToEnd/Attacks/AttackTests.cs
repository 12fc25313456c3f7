using System.Net;
using System.Text;
using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Attacks;

/// <summary>
/// What strangers can do with connections alone, while the cloud goes on sending: every genuine event is answered 200 within two
/// seconds, or ten times what the same receiver takes in peace; memory stays under a container's limit; the log does not flood.
/// </summary>
public sealed class AttackTests
{
    private const int PeacefulEvents = 20;
    private const long ContainerBytes = 512L * 1024 * 1024;
    private const int MaxLogCharacters = 32 * 1024;

    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AttackTime = TimeSpan.FromSeconds(2);
    private static readonly string Plausible = Convert.ToBase64String(new byte[256]);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero }) { Timeout = Long };

    [Fact]
    public async Task Silent_connections_lock_nobody_out_and_probes_are_answered_on_both_ports()
    {
        const int limit = 4_096;
        const int more = 100;
        var port = LoopbackPort.FindFree();
        await using var fight = await Fight.BeginAsync(settings => settings.With("Management:Port", $"{port}"));
        await using var attackers = await Attackers.ConnectAsync(fight.Receiver.Address, limit + more);
        await Wait.UntilAsync(() => attackers.Closed >= more, Long, () => $"those that are too many are closed: {attackers.Closed} are");

        await fight.JudgeAsync("silent connections", fight.Sender.SendAsync(PeacefulEvents));

        foreach (var address in (Uri[])[fight.Receiver.Address, new Uri($"http://127.0.0.1:{port}")])
        {
            using var probe = await Http.GetAsync(new Uri(address, "/healthz/ready"), TestContext.Current.CancellationToken);
            probe.StatusCode.Should().Be(HttpStatusCode.OK, "{0} answers probes", address);
        }

        await Wait.UntilAsync(() => attackers.Closed == limit + more, Long, () => $"after ten seconds all are closed: {attackers.Closed} are");
    }

    [Fact]
    public async Task Bodies_that_do_not_end_take_no_more_than_their_share_of_the_memory()
    {
        const int bodyBytes = 1_048_576;
        await using var fight = await Fight.BeginAsync(settings => settings.With("Webhook:MaxBodyBytes", $"{bodyBytes}"));
        await using var attackers = await Attackers.ConnectAsync(fight.Receiver.Address, 600);
        attackers.Send([.. Encoding.ASCII.GetBytes(
            $"POST /webhooks/thunderstack HTTP/1.1\r\nHost: x\r\nX-ThunderStack-Signature: {Plausible}\r\nContent-Length: {bodyBytes}\r\n\r\n"), .. new byte[bodyBytes - 1]]);

        await fight.JudgeAsync("endless bodies", fight.Sender.SendAsync(PeacefulEvents, attackers.Done));
    }

    [Fact]
    public async Task Streams_of_HTTP_2_take_no_more_either()
    {
        var address = new Uri($"http://127.0.0.1:{LoopbackPort.FindFree()}");
        await using var fight = await Fight.BeginAsync(settings => settings
            .WithVariable("Kestrel__Endpoints__A__Url", "http://127.0.0.1:0")
            .WithVariable("Kestrel__Endpoints__B__Url", $"{address}")
            .WithVariable("Kestrel__Endpoints__B__Protocols", "Http2"));
        await using var attack = new StreamAttack(address);
        await Wait.UntilAsync(() => attack.Begun > 0, Long, () => "the attack has begun");

        await fight.JudgeAsync("endless streams", fight.Sender.SendAsync(PeacefulEvents, Task.Delay(AttackTime, TimeProvider.System, TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData("POST /webhooks/thunderstack HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", true)]
    [InlineData("POST /webhooks/thunderstack HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", false)]
    [InlineData("GET /elsewhere HTTP/1.1\r\nHost: x\r\n\r\n", true)]
    public async Task Refusals_one_after_the_other_leave_others_their_turn(string request, bool reads)
    {
        await using var fight = await Fight.BeginAsync();
        await using var attackers = await Attackers.ConnectAsync(fight.Receiver.Address, 200);
        attackers.Send(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(request, 512))), repeats: true, reads);

        await fight.JudgeAsync($"pipelined refusals, {(reads ? "read" : "not read")}", fight.Sender.SendAsync(PeacefulEvents, Task.Delay(AttackTime, TimeProvider.System, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Whoever_hangs_up_or_talks_nonsense_writes_next_to_nothing_into_the_log()
    {
        await using var fight = await Fight.BeginAsync();
        var attack = Task.WhenAll(
            Attackers.HangUpAfterAsync(fight.Receiver.Address, 500, $"POST /webhooks/thunderstack HTTP/1.1\r\nHost: x\r\nX-ThunderStack-Signature: {Plausible}\r\nContent-Length: 100\r\n\r\n{{"),
            Attackers.HangUpAfterAsync(fight.Receiver.Address, 500, $"POST /webhooks/thunderstack HTTP/1.1\r\nHost: x\r\nX-ThunderStack-Signature: {Plausible}\r\nTransfer-Encoding: chunked\r\n\r\nzz"),
            Attackers.HangUpAfterAsync(fight.Receiver.Address, 500, "nonsense\r\n\r\n"),
            Attackers.HangUpAfterAsync(fight.Receiver.Address, 500, "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"));

        await fight.JudgeAsync("hanging up and nonsense", fight.Sender.SendAsync(PeacefulEvents, attack));

        fight.Receiver.Output.Should().NotContain("   at ", "no stranger is worth a stack trace");
    }

    /// <summary>A receiver with a small heap, how fast it is in peace, and what an attack makes of it.</summary>
    private sealed class Fight : IAsyncDisposable
    {
        private readonly TemporaryDirectory _folder;
        private TimeSpan _inPeace;
        private long _loggedInPeace;

        public required ReceiverProcess Receiver { get; init; }

        public required GenuineSender Sender { get; init; }

        public static async Task<Fight> BeginAsync(Func<ReceiverSettings, ReceiverSettings>? configure = null)
        {
            var folder = new TemporaryDirectory();
            var settings = ReceiverSettings.In(folder.File("data")).WithVariable("DOTNET_GCHeapHardLimit", "18000000"); // hexadecimal: 384 MiB
            var receiver = await ReceiverProcess.StartAsync(configure?.Invoke(settings) ?? settings);
            var fight = new Fight(folder) { Receiver = receiver, Sender = new GenuineSender(receiver.WebhookUrl) };
            await fight.Sender.SendAsync(PeacefulEvents);
            fight._inPeace = await fight.Sender.SendAsync(PeacefulEvents);
            fight._loggedInPeace = receiver.WrittenCharacters;
            return fight;
        }

        private Fight(TemporaryDirectory folder) => _folder = folder;

        /// <summary>Waits for what was sent during the attack.</summary>
        public async Task JudgeAsync(string attack, Task<TimeSpan> sending)
        {
            var slowest = await sending;
            var (memory, logged) = (Receiver.PeakResidentBytes(), Receiver.WrittenCharacters - _loggedInPeace);
            Campaign.Tell($"Under {attack}: the slowest genuine event {slowest.TotalMilliseconds:0} ms, in peace {_inPeace.TotalMilliseconds:0} ms; "
                + $"at most {memory / 1024 / 1024} MiB resident; {logged} characters logged.");
            slowest.Should().BeLessThan(_inPeace * 10 > Slow ? _inPeace * 10 : Slow);
            memory.Should().BeLessThan(ContainerBytes);
            logged.Should().BeLessThan(MaxLogCharacters);
        }

        public async ValueTask DisposeAsync()
        {
            await Receiver.DisposeAsync();
            _folder.Dispose();
        }
    }
}
