using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.PostgreSql.Dispatch;

/// <summary>What a queue wants from the tables.</summary>
/// <param name="Ordering">In which order it hands out.</param>
/// <param name="Nodes">Of which nodes to claim lanes; of any, when <see langword="null"/>.</param>
/// <param name="Held">Of which nodes not to: their lanes are in memory.</param>
/// <param name="Room">How many lanes at most; 0 for none.</param>
/// <param name="Loads">Lanes to load the next piece of.</param>
internal sealed record FetchPlan(DeliveryOrdering Ordering, int[]? Nodes, int[] Held, int Room, List<Lane> Loads);
