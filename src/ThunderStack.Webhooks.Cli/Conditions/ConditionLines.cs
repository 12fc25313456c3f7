using ThunderStack.Webhooks.Cli.Inbox;

namespace ThunderStack.Webhooks.Cli.Conditions;

/// <summary>Conditions for people.</summary>
internal static class ConditionLines
{
    public static void WriteConditions(this Terminal terminal, IReadOnlyList<ConditionView> conditions)
    {
        if (conditions.All(condition => condition.ClosedAt is not null))
        {
            terminal.WriteLine("Nothing needs you.");
        }

        foreach (var condition in conditions)
        {
            var ended = condition.ClosedAt is { } closed ? $" until {TextForms.ToSecond(closed)}" : "";
            var severity = condition.ClosedAt is null ? condition.Severity.ToString().ToUpperInvariant() : "closed";
            terminal.WriteLine(TextForms.OneLine($"{severity} {condition.Message} (since {TextForms.ToSecond(condition.Since)}{ended})"));
            if (condition.Remedy is { } remedy && condition.ClosedAt is null)
            {
                terminal.WriteLine($"  {TextForms.OneLine(remedy)}");
            }
        }
    }
}
