namespace ThunderStack.Webhooks.Cli.Send;

/// <summary>What <c>send</c> did.</summary>
/// <param name="Url">Where to.</param>
/// <param name="Sent">How many requests.</param>
/// <param name="AsExpected">How many were answered as they should be.</param>
/// <param name="PerSecond">How many a second.</param>
/// <param name="MedianMilliseconds">Half of the answers came sooner.</param>
/// <param name="P99Milliseconds">99 of 100 answers came sooner.</param>
/// <param name="Answers">How often each status was answered; "none" without an answer.</param>
/// <param name="Events">The first thousand requests.</param>
internal sealed record SendReport(
    string Url,
    int Sent,
    int AsExpected,
    double PerSecond,
    double MedianMilliseconds,
    double P99Milliseconds,
    IReadOnlyDictionary<string, int> Answers,
    IReadOnlyList<SentEvent> Events);
