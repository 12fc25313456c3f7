namespace ThunderStack.Webhooks.Cli.Doctor;

/// <summary>What <c>doctor</c> says.</summary>
/// <param name="Healthy">Whether nothing has to be mended.</param>
/// <param name="Url">The receiver's public URL, as far as it is known.</param>
/// <param name="Findings">Every check, in order.</param>
internal sealed record Diagnosis(bool Healthy, string? Url, IReadOnlyList<Finding> Findings);
