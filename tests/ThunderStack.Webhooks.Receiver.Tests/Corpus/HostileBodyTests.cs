using System.Text.Json;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Corpus;

public sealed class HostileBodyTests
{
    private const int Cases = 127;

    [Fact]
    public async Task Every_hostile_body_of_the_corpus_is_judged_as_it_says_and_stored_exactly()
    {
        var cases = CorpusFile.Read("hostile-bodies.jsonl");
        await using var receiver = await ReceiverHost.StartAsync(ConfiguredNodes(cases));
        var failures = new List<string>();
        var stored = 0;

        foreach (var hostile in cases)
        {
            var name = hostile.GetProperty("name").GetString();
            var body = hostile.GetProperty("bodyBase64").GetBytesFromBase64();
            var status = (int)(await receiver.SendAsync(SignedDelivery.Valid().WithBody(body))).StatusCode;
            var entries = await receiver.ListStoredAsync();
            var accepted = entries.Count > stored;
            stored = entries.Count;

            var expected = hostile.GetProperty("expect").GetString();
            var isRight = expected switch
            {
                "accept" => status == 200 && accepted,
                "reject" => status is 400 or 403 && !accepted,
                _ => (status == 200) == accepted && status is 200 or 400 or 403,
            };
            if (!isRight)
            {
                failures.Add($"{name}: {status}, expected {expected}");
            }

            if (accepted && !entries[0].Body.Span.SequenceEqual(body))
            {
                failures.Add($"{name}: the stored body differs");
            }

            if (accepted && hostile.TryGetProperty("ifAccepted", out var values) && values.ValueKind == JsonValueKind.Object)
            {
                if (values.TryGetProperty("nodeId", out var nodeId) && nodeId.GetString() != entries[0].NodeId.Value)
                {
                    failures.Add($"{name}: stored node {entries[0].NodeId}");
                }

                if (values.TryGetProperty("status", out var nodeStatus) && nodeStatus.GetString() != entries[0].Status?.Value)
                {
                    failures.Add($"{name}: stored status {entries[0].Status}");
                }
            }
        }

        failures.Should().BeEmpty();
        cases.Count.Should().BeGreaterThanOrEqualTo(Cases);
    }

    /// <summary>Every id that a case would have stored, so that no case is refused for its node alone.</summary>
    private static Dictionary<string, string?> ConfiguredNodes(IReadOnlyList<JsonElement> cases)
    {
        var ids = cases
            .Select(c => c.TryGetProperty("ifAccepted", out var values) && values.ValueKind == JsonValueKind.Object && values.TryGetProperty("nodeId", out var id) ? id.GetString()! : "")
            .Where(id => !string.IsNullOrWhiteSpace(id) && id == id.Trim() && !id.Any(char.IsControl))
            .Append("node-a")
            .Distinct(StringComparer.Ordinal);
        return ids.Select((id, i) => (Key: $"ThunderStack:Nodes:{i}:NodeId", Value: (string?)id)).ToDictionary(n => n.Key, n => n.Value);
    }
}
