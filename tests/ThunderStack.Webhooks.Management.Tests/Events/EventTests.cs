using System.Net;
using System.Text.Json;
using ThunderStack.Webhooks.Management.Events;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Management.Tests.Events;

/// <summary>Events: found, shown, downloaded, verified, exported.</summary>
public sealed class EventTests
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_are_listed_page_by_page_while_others_arrive_and_none_is_missed_or_doubled()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        var sent = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            sent.Add(await receiver.ReceiveAsync("node-a", $"S{i}"));
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await receiver.GetAsync($"/api/v1/events?limit=3{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            cursor = page.GetProperty("next").GetString();
            await receiver.ReceiveAsync("node-b", $"LATER{seen.Count}");
        }
        while (cursor is not null);

        seen.Should().Equal(sent.AsEnumerable().Reverse());
        (await receiver.GetAsync("/api/v1/events?cursor=nonsense", HttpStatusCode.BadRequest)).GetProperty("detail").GetString().Should().Contain("cursor");
        await using var another = await ManagedReceiver.StartAsync();
        for (var i = 0; i < 2; i++)
        {
            await another.ReceiveAsync("node-a", $"S{i}");
        }

        var elsewhere = (await another.GetAsync("/api/v1/events?limit=1")).GetProperty("next").GetString()!;
        await receiver.GetAsync($"/api/v1/events?cursor={Uri.EscapeDataString(elsewhere)}", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Filters_hold_all_at_once()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        var a = await receiver.ReceiveAsync("node-a", "RUNNING");
        var b = await receiver.ReceiveAsync("node-b", "FAILED");

        (await IdsAsync("?node=node-a")).Should().Equal(a);
        (await IdsAsync("?status=FAILED&source=webhook&type=NODE_STATUS_UPDATED")).Should().Equal(b);
        (await IdsAsync("?status=FAILED&node=node-a")).Should().BeEmpty();
        (await IdsAsync($"?text={a[^8..]}")).Should().Equal(a);
        (await IdsAsync("?text=ALPHA")).Should().Equal(a);
        (await IdsAsync("?node=node-a&from=2030-01-01T00:00:00Z")).Should().BeEmpty();
        await receiver.GetAsync("/api/v1/events?source=nobody", HttpStatusCode.BadRequest);
        await receiver.GetAsync("/api/v1/events?from=yesterday", HttpStatusCode.BadRequest);
        await receiver.GetAsync("/api/v1/events?limit=501", HttpStatusCode.BadRequest);

        async Task<IEnumerable<string?>> IdsAsync(string query) =>
            (await receiver.GetAsync($"/api/v1/events{query}")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString());
    }

    [Fact]
    public async Task One_event_is_shown_with_its_body_and_deliveries_and_verified_again()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        var delivery = SignedDelivery.Valid().ForNode("node-a").WithStatus("<script>alert(1)</script>");
        using (var answer = await receiver.Webhooks.SendAsync(delivery.ToRequest(), None))
        {
            answer.StatusCode.Should().Be(HttpStatusCode.OK);
        }

        var id = (await receiver.GetAsync("/api/v1/events?node=node-a")).GetProperty("items")[0].GetProperty("id").GetString()!;
        await receiver.UntilAsync(async () => (await DetailAsync()).GetProperty("deliveries").GetArrayLength() > 0);
        var detail = await DetailAsync();
        detail.GetProperty("event").GetProperty("nodeName").GetString().Should().Be("alpha");
        detail.GetProperty("body").GetString().Should().Be(System.Text.Encoding.UTF8.GetString(delivery.Body));
        detail.GetProperty("signature").GetString().Should().Be(delivery.Signature);
        detail.GetProperty("deliveries")[0].GetProperty("handler").GetString().Should().Be("log");
        detail.GetProperty("deliveries")[0].GetProperty("state").GetString().Should().Be("succeeded");

        using var body = await receiver.Reader.GetAsync($"/api/v1/events/{id}/body", None);
        (await body.Content.ReadAsByteArrayAsync(None)).Should().Equal(delivery.Body);
        body.Content.Headers.ContentType!.MediaType.Should().Be("application/octet-stream");
        body.Content.Headers.ContentDisposition!.DispositionType.Should().Be("attachment");

        using var verified = await receiver.Reader.PostAsync($"/api/v1/events/{id}/verify", null, None);
        var verification = JsonSerializer.Deserialize<JsonElement>(await verified.Content.ReadAsStringAsync(None));
        verification.GetProperty("isVerified").GetBoolean().Should().BeTrue(verification.GetRawText());

        await receiver.GetAsync($"/api/v1/events/{new string('0', 64)}", HttpStatusCode.NotFound);
        await receiver.GetAsync("/api/v1/events/none", HttpStatusCode.NotFound);

        Task<JsonElement> DetailAsync() => receiver.GetAsync($"/api/v1/events/{id}");
    }

    [Fact]
    public async Task What_nobody_signed_is_not_verified()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        await receiver.ReceiveAsync("node-a", "FAILED");
        await receiver.IsOpenAsync("nodeFailed");
        var id = (await receiver.GetAsync("/api/v1/events?source=observed")).GetProperty("items")[0].GetProperty("id").GetString();

        using var answer = await receiver.Reader.PostAsync($"/api/v1/events/{id}/verify", null, None);

        JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(None)).GetProperty("isVerified").GetBoolean().Should().BeFalse();
    }

    [Fact]
    public async Task Exports_have_every_event_and_its_exact_body()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        for (var i = 0; i < 450; i++)
        {
            await receiver.ReceiveAsync("node-a", i == 0 ? "=1+1" : $"S{i}");
        }

        var lines = (await receiver.Reader.GetStringAsync("/api/v1/events/export?format=ndjson&node=node-a", None)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Should().HaveCount(450);
        lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("event").GetProperty("id").GetString()).Should().OnlyHaveUniqueItems();
        JsonSerializer.Deserialize<JsonElement>(lines[^1]).GetProperty("body").GetString().Should().EndWith("\"nodeId\":\"node-a\"}");

        var csv = await receiver.Reader.GetStringAsync("/api/v1/events/export?format=csv", None);
        csv.Should().StartWith("id,receivedAt,").And.Contain(",\"'=1+1\",");
        csv.Split("\r\n").Should().HaveCountGreaterThanOrEqualTo(452);
        var archive = (await receiver.Reader.GetStringAsync("/api/v1/events/export?format=archive&node=node-a", None)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        archive[0].GetProperty("key").GetProperty("publicKey").GetString().Should().NotBeEmpty();
        archive.Skip(1).Should().HaveCount(lines.Length).And.OnlyContain(line => line.GetProperty("event").GetProperty("signature").GetString()!.Length > 300);
        archive.Skip(1).Select(line => line.GetProperty("event").GetProperty("receivedAt").GetDateTimeOffset()).Should().BeInAscendingOrder();

        await receiver.GetAsync("/api/v1/events/export?format=xlsx", HttpStatusCode.BadRequest);
        await receiver.GetAsync("/api/v1/events/export?limit=1", HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("  +1", "\"'  +1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("＝1", "\"'＝1\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("plain", "plain")]
    public void A_value_of_a_csv_is_no_formula(string value, string written) => CsvLine.Of(value).Should().Be(written + "\r\n");
}
