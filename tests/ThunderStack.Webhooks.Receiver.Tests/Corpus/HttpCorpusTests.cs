using System.Text;
using ThunderStack.Webhooks.Intake;

namespace ThunderStack.Webhooks.Receiver.Tests.Corpus;

public sealed class HttpCorpusTests
{
    private const int Cases = 53;

    [Fact]
    public async Task Every_raw_request_of_the_corpus_gets_an_allowed_answer_and_is_stored_only_when_it_should()
    {
        var cases = CorpusFile.Read("http-cases.jsonl");
        await using var receiver = await ReceiverHost.StartAsync();
        var path = new WebhookOptions().Path;
        var failures = new List<string>();
        var stored = 0;

        for (var i = 0; i < cases.Count; i++)
        {
            var name = cases[i].GetProperty("name").GetString();

            // One event each, so that no case hides as the duplicate of another.
            var body = Encoding.UTF8.GetBytes(
                $$"""{"eventType":"NODE_STATUS_UPDATED","eventTimestamp":"2024-11-06T12:00:{{i % 60:00}}Z","details":{"nodeId":"node-a","status":"CASE_{{i}}"},"nodeId":"node-a"}""");
            var allowed = cases[i].GetProperty("status").EnumerateArray().Select(allowed => allowed.GetInt32()).ToList();
            var (status, answer) = await new RawRequest(cases[i].GetProperty("request").GetString()!, path, body)
                .SendAsync(receiver.Address, closesEarly: allowed.Contains(0), TestContext.Current.CancellationToken);

            if (!allowed.Contains(status) || status is >= 500 and not 503)
            {
                failures.Add($"{name}: answered {status}. {answer}");
            }

            var now = (await receiver.ListStoredAsync()).Count;
            var mayStore = cases[i].GetProperty("stored").GetString();
            if (mayStore != "either" && (now > stored) != (mayStore == "yes"))
            {
                failures.Add($"{name}: stored {now - stored}, expected {mayStore}");
            }

            stored = now;
        }

        failures.Should().BeEmpty();
        cases.Count.Should().BeGreaterThanOrEqualTo(Cases);
    }
}
