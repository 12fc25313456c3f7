using ThunderStack.Webhooks.Actions;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.InMemory;

/// <summary>Keeps what is done to nodes, each together with the event that tells of it.</summary>
internal sealed class InMemoryActions(InMemoryData data, TimeProvider time) : IActionStore
{
    public Task<ActionStart> BeginAsync(ActionRequest request, CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            var earlier = data.Actions.TryGetValue(request.NodeId, out var known) ? known : data.Actions[request.NodeId] = [];
            var start = request.Judge(earlier, time.GetUtcNow());
            if (start is { Verdict: ActionVerdict.Begun, Action: { } begun })
            {
                earlier.Insert(0, begun);
                earlier.RemoveRange(Math.Min(ActionRequest.Kept, earlier.Count), Math.Max(0, earlier.Count - ActionRequest.Kept));
                data.TryAppend(NodeActionStarted.Write(begun));
            }

            return Task.FromResult(start);
        }
    }

    public Task EndAsync(NodeId nodeId, string handler, WebhookEventId triggerId, ActionOutcome outcome, CancellationToken cancellationToken)
    {
        lock (data.Gate)
        {
            if (data.Actions.TryGetValue(nodeId, out var actions)
                && actions.FindIndex(action => action.Handler == handler && action.TriggerId == triggerId && action.Outcome is null) is >= 0 and var index)
            {
                actions[index] = actions[index] with { Outcome = outcome };
            }

            return Task.CompletedTask;
        }
    }
}
