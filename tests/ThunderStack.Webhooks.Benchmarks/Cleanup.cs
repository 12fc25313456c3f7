namespace ThunderStack.Webhooks.Benchmarks;

/// <summary>Puts something in order once: when this is disposed, or when the process exits before that is done.</summary>
internal sealed class Cleanup : IAsyncDisposable
{
    private readonly Lazy<Task> _done;

    public Cleanup(Func<Task> action)
    {
        _done = new Lazy<Task>(action);
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    public async ValueTask DisposeAsync()
    {
        await _done.Value;
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
    }

    private void OnExit(object? sender, EventArgs arguments) => _done.Value.GetAwaiter().GetResult();
}
