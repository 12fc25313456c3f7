using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace ThunderStack.Webhooks.EndToEnd.Processes;

/// <summary>The real receiver in a process of its own, or one that somebody built from the packages.</summary>
internal sealed partial class ReceiverProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan QuietProcessorTime = TimeSpan.FromMilliseconds(20);

    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    private readonly ChildProcess _process;
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ReceiverProcess(ReceiverSettings settings, string program, bool isRead = true)
    {
        Directory.CreateDirectory(settings.DataDirectory);
        _process = ChildProcess.Start(program, [], settings.Environment, settings.DataDirectory, ReadAddress, isRead);
    }

    public int Id => _process.Id;

    public string Output => _process.Output;

    /// <inheritdoc cref="ChildProcess.WrittenCharacters"/>
    public long WrittenCharacters => _process.WrittenCharacters;

    public bool HasExited => _process.HasExited;

    /// <summary>Where it listens; known once it is ready.</summary>
    public Uri Address => _address.Task.IsCompletedSuccessfully
        ? _address.Task.Result
        : throw new InvalidOperationException("The receiver does not listen yet.");

    public bool IsListening => _address.Task.IsCompletedSuccessfully;

    public Uri WebhookUrl => new(Address, "/webhooks/thunderstack");

    /// <summary>From the start of the process to its first 200 on <c>/healthz/ready</c>.</summary>
    public TimeSpan TimeToReady { get; private set; }

    /// <summary>Starts a receiver without waiting for anything.</summary>
    public static ReceiverProcess Launch(ReceiverSettings settings) => new(settings, BuiltProgram.Receiver);

    /// <summary>Starts a receiver whose log nobody reads, not even these tests.</summary>
    public static ReceiverProcess LaunchUnread(ReceiverSettings settings) => new(settings, BuiltProgram.Receiver, isRead: false);

    /// <summary>Starts a receiver and waits until it is ready.</summary>
    public static Task<ReceiverProcess> StartAsync(ReceiverSettings settings) => StartAsync(settings, BuiltProgram.Receiver);

    /// <summary>Starts a receiver that is another program, and waits until it is ready.</summary>
    public static async Task<ReceiverProcess> StartAsync(ReceiverSettings settings, string program)
    {
        var receiver = new ReceiverProcess(settings, program);
        try
        {
            await receiver.UntilReadyAsync();
            return receiver;
        }
        catch
        {
            await receiver.DisposeAsync();
            throw;
        }
    }

    public async Task UntilReadyAsync()
    {
        await Wait.UntilAsync(
            async () => _process.HasExited
                ? throw new InvalidOperationException(
                    $"The receiver ended with {await _process.ExitAsync(StartTimeout)} instead of becoming ready. It wrote:\n{Output}")
                : _address.Task.IsCompletedSuccessfully && await ReadinessAsync() == HttpStatusCode.OK,
            StartTimeout,
            () => $"the receiver is ready. It wrote:\n{Output}");
        TimeToReady = TimeProvider.System.GetElapsedTime(_process.StartedAt);
    }

    /// <summary>The status of <c>/healthz/ready</c>, or <see langword="null"/> when there is no answer.</summary>
    public async Task<HttpStatusCode?> ReadinessAsync()
    {
        try
        {
            using var response = await Http.GetAsync(new Uri(Address, "/healthz/ready"), TestContext.Current.CancellationToken);
            return response.StatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException or TaskCanceledException { InnerException: TimeoutException })
        {
            return null;
        }
    }

    /// <summary>Waits until nothing of its start goes on any more: until a second in which it hardly used a processor.</summary>
    public Task UntilIdleAsync()
    {
        var (since, used) = (TimeProvider.System.GetTimestamp(), _process.ProcessorTime);
        return Wait.UntilAsync(
            () =>
            {
                if (_process.ProcessorTime - used > QuietProcessorTime)
                {
                    (since, used) = (TimeProvider.System.GetTimestamp(), _process.ProcessorTime);
                }

                return TimeProvider.System.GetElapsedTime(since) >= QuietTime;
            },
            StartTimeout,
            () => $"the receiver is idle; it has used {_process.ProcessorTime.TotalMilliseconds:0} ms of a processor");
    }

    /// <summary>Memory that is resident, in bytes.</summary>
    public long ResidentBytes() => MemoryBytes("VmRSS:");

    /// <summary>The most memory that was ever resident, in bytes.</summary>
    public long PeakResidentBytes() => MemoryBytes("VmHWM:");

    public Task KillAsync() => _process.KillAsync();

    /// <summary>Stops it in the middle of whatever it does.</summary>
    public void Pause() => _process.Send(Signal.Stop);

    /// <summary>Lets it go on.</summary>
    public void Resume() => _process.Send(Signal.Continue);

    /// <summary>Asks it to end, as a container's runtime does, and returns its exit code.</summary>
    public Task<int> TerminateAsync(TimeSpan within)
    {
        _process.Send(Signal.Terminate);
        return _process.ExitAsync(within);
    }

    public Task<int> ExitAsync(TimeSpan within) => _process.ExitAsync(within);

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    // As text in Development, as a property of compact JSON otherwise.
    [GeneratedRegex("""(?:Now listening on: |"address":")(?<address>http://[0-9.]+:[0-9]+)""")]
    private static partial Regex Listening();

    private long MemoryBytes(string field)
    {
        var line = File.ReadLines($"/proc/{Id}/status").Single(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }

    private void ReadAddress(string line)
    {
        if (!_address.Task.IsCompleted && Listening().Match(line) is { Success: true } match)
        {
            _address.TrySetResult(new Uri(match.Groups["address"].Value));
        }
    }
}
