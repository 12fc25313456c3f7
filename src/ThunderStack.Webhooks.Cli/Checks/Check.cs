namespace ThunderStack.Webhooks.Cli.Checks;

/// <summary>One check of many.</summary>
/// <param name="Name">Its stable name.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Detail">What was found, and for a failure what to do.</param>
internal sealed record Check(string Name, CheckResult Result, string Detail);
