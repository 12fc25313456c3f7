using System.Text.Json;

namespace ThunderStack.Cloud.Nodes;

/// <summary>
/// Finds nodes in an answer. The documentation, the OpenAPI file and the API tests differ in what is wrapped around a node, so
/// it is looked for wherever one of them puts it.
/// </summary>
internal static class NodeAnswers
{
    /// <summary>A node: <c>{node}</c>, <c>{"data":{node}}</c> or <c>{"data":{"node":{node}}}</c>.</summary>
    public static CloudNode? ReadOne(JsonElement answer)
    {
        foreach (var candidate in (ReadOnlySpan<JsonElement?>)[answer, Member(answer, "node"), Data(answer), Member(Data(answer), "node")])
        {
            if (Member(candidate, "nodeId") is { ValueKind: JsonValueKind.String })
            {
                return candidate!.Value.Deserialize(CloudJsonContext.Default.CloudNode);
            }
        }

        return null;
    }

    /// <summary>Nodes: <c>{"nodes":[…]}</c>, also below <c>data</c>, or bare.</summary>
    public static IReadOnlyList<CloudNode>? ReadMany(JsonElement answer)
    {
        foreach (var candidate in (ReadOnlySpan<JsonElement?>)[Member(answer, "nodes"), Member(Data(answer), "nodes"), Data(answer), answer])
        {
            if (candidate is { ValueKind: JsonValueKind.Array } nodes)
            {
                return nodes.Deserialize(CloudJsonContext.Default.CloudNodeArray);
            }
        }

        return null;
    }

    private static JsonElement? Data(JsonElement answer) => Member(answer, "data");

    private static JsonElement? Member(JsonElement? holder, string name) =>
        holder is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var member) ? member : null;
}
