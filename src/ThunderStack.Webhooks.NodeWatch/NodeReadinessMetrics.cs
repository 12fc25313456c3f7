using System.Diagnostics.Metrics;
using ThunderStack.Cloud.NodeApi;
using ThunderStack.Webhooks.Diagnostics;

namespace ThunderStack.Webhooks.NodeWatch;

/// <summary>How the nodes were found, as one 0/1 series for each node and state, from the replica that watches. Meter: <c>ThunderStack.Webhooks</c>.</summary>
internal static class NodeReadinessMetrics
{
    private static readonly NodeApiState[] States = Enum.GetValues<NodeApiState>();

    public static void Observe(IMeterFactory meters, NodeReadings readings) => meters.Create(WebhookMetrics.Name).CreateObservableGauge(
        "thunderstack.node.readiness", () => Measure(readings), "{node}", "Whether a node is in this state, by its own API: 1 or 0.");

    private static IEnumerable<Measurement<int>> Measure(NodeReadings readings) =>
        from node in readings.Current ?? []
        where node.Value is not null
        from state in States
        select new Measurement<int>(
            node.Value.State == state ? 1 : 0,
            new KeyValuePair<string, object?>("node", node.Key.Value),
            new KeyValuePair<string, object?>("state", state.ToString().ToLowerInvariant()));
}
