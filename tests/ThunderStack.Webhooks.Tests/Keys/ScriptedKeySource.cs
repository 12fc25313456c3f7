using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Tests.Keys;

/// <summary>A key source in the test's hands: it counts, and can be held in the middle of an answer.</summary>
internal sealed class ScriptedKeySource : IPublicKeySource
{
    private readonly SemaphoreSlim _asked = new(0);
    private volatile TaskCompletionSource? _hold;
    private volatile Func<string> _answer;
    private int _count;

    public ScriptedKeySource(TestKey key) => _answer = () => key.PublicKeyPem;

    public string Name { get; set; } = "https://cloud.example";

    /// <summary>How often it was asked.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Serve(TestKey key) => _answer = () => key.PublicKeyPem;

    public void Serve(string text) => _answer = () => text;

    public void Fail(Exception? exception = null) => _answer = () => throw exception ?? new InvalidOperationException("scripted");

    /// <summary>Holds the answers that are asked for from now on; what they say was fixed when they were asked.</summary>
    public void Hold() => _hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets held answers go.</summary>
    public void Release()
    {
        var hold = _hold;
        _hold = null;
        hold?.TrySetResult();
    }

    /// <summary>Waits until it was asked once more; each call takes one.</summary>
    public async Task WaitUntilAskedAsync() =>
        (await _asked.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).Should().BeTrue("the source should be asked");

    public async Task<string> FetchAsync(CancellationToken cancellationToken)
    {
        var answer = _answer;
        var hold = _hold;
        Interlocked.Increment(ref _count);
        _asked.Release();
        if (hold is not null)
        {
            await hold.Task.WaitAsync(cancellationToken);
        }
        else
        {
            await Task.Yield();
        }

        return answer();
    }
}
