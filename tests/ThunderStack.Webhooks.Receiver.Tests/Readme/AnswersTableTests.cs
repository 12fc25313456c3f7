using System.Globalization;
using System.Text.RegularExpressions;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Readme;

/// <summary>The table of answers in <c>docs/receive.md</c>, row by row, against the receiver over real sockets.</summary>
public sealed partial class AnswersTableTests
{
    private const string Chapter = "Answers";

    private static readonly SignedDelivery Valid = SignedDelivery.Valid();

    /// <summary>For each row, by how its situation begins, requests that are in it; statuses in the row's order.</summary>
    private static readonly Dictionary<string, HttpRequestMessage[]> Situations = new()
    {
        ["authentic, valid, committed"] = [Valid.ToRequest()],
        ["the same body again"] = [Valid.ToRequest()],
        ["unknown status, event type or extra fields"] =
        [
            Valid.WithStatus("MELTING").ToRequest(), Valid.OfType("NODE_SOLD").ToRequest(),
            Valid.WithBody("""{"eventType":"X","nodeId":"node-a","more":[1]}""").ToRequest(),
        ],
        ["signature missing, repeated, malformed"] =
        [
            Valid.WithoutSignature().ToRequest(), Repeated(), Valid.WithSignature("%").ToRequest(), Valid.SignedBy(TestKey.Other).ToRequest(),
            Valid.WithTamperedBody().ToRequest(),
        ],
        ["authentic, but for a node"] = [Valid.ForNode("node-z").ToRequest(), Valid.ToRequest("/webhooks/thunderstack/node-z")],
        ["authentic, but not the contract"] = [Valid.WithBody("{}").ToRequest(), Valid.WithStatus("").ForNode("").ToRequest()],
        ["body over `MaxBodyBytes`"] =
        [
            Valid.WithBody(new byte[65_537]).ToRequest(), Encoded(), new HttpRequestMessage(HttpMethod.Get, "/webhooks/thunderstack"), Valid.ToRequest("/elsewhere"),
        ],
        ["no key yet"] = [Valid.ToRequest()],
    };

    public static TheoryData<string> Rows => [.. ReadmeTable.Read(Chapter).Select(row => row[0])];

    [Fact]
    public void Every_row_is_tried_here() => ReadmeTable.Read(Chapter).Should().HaveCount(Situations.Count);

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_situation_is_answered_and_stored_as_the_table_says(string situation)
    {
        var row = ReadmeTable.Read(Chapter).Single(row => row[0] == situation);
        var (start, requests) = Situations.Single(entry => situation.StartsWith(entry.Key, StringComparison.Ordinal));
        await using var receiver = await ReceiverHost.StartAsync(start == "no key yet"
            ? new() { ["ThunderStack:PublicKey:Pinned:0"] = null, ["ThunderStack:Cloud:BaseAddress"] = "http://127.0.0.1:1" }
            : null);
        if (start == "the same body again")
        {
            (await receiver.SendAsync(Valid)).EnsureSuccessStatusCode();
        }

        var statuses = Statuses().Matches(row[1]).Select(match => int.Parse(match.Value, CultureInfo.InvariantCulture)).ToList();
        var before = (await receiver.ListStoredAsync()).Count;
        var sent = new List<byte[]>();
        foreach (var (index, request) in requests.Index())
        {
            sent.Add(request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            using var response = await receiver.Client.SendAsync(request, TestContext.Current.CancellationToken);
            var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

            ((int)response.StatusCode).Should().Be(statuses[Math.Min(index, statuses.Count - 1)]);
            foreach (var text in ReadmeTable.Code(row[1]).Where(text => text != "Retry-After"))
            {
                body.Should().MatchRegex(Regex.Escape(text).Replace("…", ".+", StringComparison.Ordinal));
            }

            response.Headers.RetryAfter.Should().Match(value => value != null == row[1].Contains("`Retry-After`", StringComparison.Ordinal));
        }

        var stored = (await receiver.ListStoredAsync()).Select(entry => entry.Body.ToArray()).ToList();
        var added = stored.Count - before;
        switch (row[2])
        {
            case "once":
                added.Should().Be(1);
                break;
            case "yes, exact text":
                stored.Should().BeEquivalentTo(sent);
                break;
            case "no" or "never a 200 without a commit":
                added.Should().Be(0);
                break;
            default:
                Assert.Fail($"Nobody knows what it means that it is stored: {row[2]}.");
                break;
        }
    }

    private static HttpRequestMessage Repeated()
    {
        var request = Valid.ToRequest();
        request.Headers.TryAddWithoutValidation(SignedDelivery.SignatureHeader, Valid.Signature);
        return request;
    }

    private static HttpRequestMessage Encoded()
    {
        var request = Valid.ToRequest();
        request.Content!.Headers.ContentEncoding.Add("gzip");
        return request;
    }

    [GeneratedRegex(@"\b[2-5][0-9]{2}\b")]
    private static partial Regex Statuses();
}
