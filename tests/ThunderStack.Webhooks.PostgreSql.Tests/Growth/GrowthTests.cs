namespace ThunderStack.Webhooks.PostgreSql.Tests.Growth;

/// <summary>An inbox does not become slower with what it keeps.</summary>
/// <remarks>
/// Time is judged in a campaign only, on a machine that does nothing else. To fill once and measure often, name a server and
/// a schema that stays:
/// <code>
/// THUNDERSTACK_TEST_POSTGRES="Host=…" THUNDERSTACK_POSTGRES_SCHEMA=kept THUNDERSTACK_POSTGRES_ROWS=1000000 \
///   dotnet test --project tests/ThunderStack.Webhooks.PostgreSql.Tests -c Release -- --filter-class '*GrowthTests' --output detailed
/// </code>
/// </remarks>
public sealed class GrowthTests
{
    private const double Bar = 1.1;

    private static int Rounds => Past.IsCampaign ? 200 : 3;

    [Fact]
    public async Task Full_inbox_stores_and_claims_as_fast_as_an_empty_one()
    {
        await using var full = await MeasuredInbox.OpenAsync(Past.Events, Environment.GetEnvironmentVariable("THUNDERSTACK_POSTGRES_SCHEMA"));
        await using var empty = await MeasuredInbox.OpenAsync(0);
        await MeasureAsync([full, empty]);
        foreach (var timings in new[] { full.Appends, full.Looks, empty.Appends, empty.Looks })
        {
            // The first round is what the runtime and the server's caches needed.
            timings.Clear();
        }

        for (var round = 0; round < Rounds; round++)
        {
            await MeasureAsync(round % 2 == 0 ? [empty, full] : [full, empty]);
        }

        var append = full.Appends.ComparedWith(empty.Appends, 0.99);
        var claim = full.Looks.ComparedWith(empty.Looks, 0.5);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"""
            Append, empty: {empty.Appends}
            Append, {Past.Events} events: {full.Appends}: p99 {append:0.00} ×
            Claim, empty: {empty.Looks}
            Claim, {Past.Events} events: {full.Looks}: p50 {claim:0.00} ×
            """);
        if (Past.IsCampaign)
        {
            append.Should().BeLessThan(Bar);
            claim.Should().BeLessThan(Bar);
        }
    }

    private static async Task MeasureAsync(MeasuredInbox[] inboxes)
    {
        foreach (var inbox in inboxes)
        {
            await inbox.MeasureAppendsAsync();
            await inbox.MeasureClaimsAsync();
        }
    }
}
