namespace ThunderStack.Webhooks.Cli.Checks;

/// <summary>One line a check.</summary>
internal static class CheckLines
{
    private const int NameWidth = 14;

    public static void WriteCheck(this Terminal terminal, CheckResult result, string name, string detail)
    {
        var padded = name.PadRight(NameWidth);
        switch (result)
        {
            case CheckResult.Passed:
                terminal.WriteMarkup($"[green]ok[/]    {padded} {detail}");
                break;
            case CheckResult.Failed:
                terminal.WriteMarkup($"[red]FAIL[/]  {padded} {detail}");
                break;
            default:
                terminal.WriteMarkup($"[yellow]skip[/]  {padded} {detail}");
                break;
        }
    }
}
