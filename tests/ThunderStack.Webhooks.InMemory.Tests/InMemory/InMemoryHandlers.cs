using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.InMemory;

/// <summary>Pauses handlers, and keeps who did what.</summary>
internal sealed class InMemoryHandlers(InMemoryData data, TimeProvider time) : IHandlerCommands
{
    // Asked for before each claim, so it must not wait for anybody.
    private volatile string[] _paused = [.. data.Handlers.Where(handler => handler.PausedAt is not null).Select(handler => handler.Name)];

    public IReadOnlyCollection<string> Paused => _paused;

    public Task<bool> PauseAsync(string handler, string by, CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            if (data.FindHandler(handler) is not { PausedAt: null } running)
            {
                return Task.FromResult(false);
            }

            (running.PausedAt, running.PausedBy) = (time.GetUtcNow(), by);
            _paused = [.. _paused, handler];
            return Task.FromResult(true);
        }
    }

    public Task<bool> ResumeAsync(string handler, CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            if (data.FindHandler(handler) is not { PausedAt: not null } paused)
            {
                return Task.FromResult(false);
            }

            (paused.PausedAt, paused.PausedBy) = (null, null);
            _paused = [.. _paused.Where(name => name != handler)];
            data.TellChange();
            return Task.FromResult(true);
        }
    }

    public Task RecordAsync(AuditRecord record, CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            data.Audit.Add(record);
            return Task.CompletedTask;
        }
    }
}
