using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>What a queue wants from the tables.</summary>
/// <param name="Ordering">In which order it hands out.</param>
/// <param name="Nodes">Of which nodes to claim lanes; of any, when <see langword="null"/>.</param>
/// <param name="Held">Of which nodes not to: their lanes are in memory.</param>
/// <param name="Room">How many lanes at most; 0 for none.</param>
/// <param name="Loads">Lanes to load the next piece of.</param>
/// <param name="Piece">How many deliveries that is at most, for each lane.</param>
internal sealed record FetchPlan(DeliveryOrdering Ordering, int[]? Nodes, int[] Held, int Room, List<Lane> Loads, int Piece)
{
    /// <summary>Turns wishes into a plan, as far as there is room; <see langword="null"/> when there is nothing to do.</summary>
    public static FetchPlan? For(DeliveryOrdering ordering, Dictionary<int, Lane> lanes, Wants wants, int room, int piece)
    {
        foreach (var node in wants.Nodes.Where(lanes.ContainsKey).ToList())
        {
            wants.Remove(node);
            lanes[node].Touch();
        }

        var loads = lanes.Values.Where(lane => lane.NeedsLoad(piece)).ToList();
        loads.ForEach(lane => lane.IsLoading = true);
        int[]? nodes = wants.IsAnything ? null : [.. wants.Nodes];
        if (room <= 0 || nodes is { Length: 0 })
        {
            return loads.Count > 0 ? new FetchPlan(ordering, [], [], 0, loads, piece) : null;
        }

        wants.Clear();
        return new FetchPlan(ordering, nodes, [.. lanes.Keys], room, loads, piece);
    }
}
