namespace ThunderStack.Webhooks.Benchmarks;

/// <summary>Does something when the process exits while this is not disposed.</summary>
internal sealed class AtExit : IDisposable
{
    private readonly Action _action;

    public AtExit(Action action)
    {
        _action = action;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    public void Dispose() => AppDomain.CurrentDomain.ProcessExit -= OnExit;

    private void OnExit(object? sender, EventArgs arguments) => _action();
}
