using ThunderStack.Webhooks.Cli.Checks;

namespace ThunderStack.Webhooks.Cli.Doctor;

/// <summary>One line of what the doctor says.</summary>
/// <param name="Check">The check's stable name.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Remedy">How to fix it; null when nothing is wrong.</param>
internal sealed record Finding(string Check, CheckResult Result, string Detail, string? Remedy)
{
    public static Finding Pass(string check, string detail) => new(check, CheckResult.Passed, detail, null);

    public static Finding Skip(string check, string why) => new(check, CheckResult.Skipped, why, null);

    public static Finding Fail(string check, string detail, string remedy) => new(check, CheckResult.Failed, detail, remedy);
}
