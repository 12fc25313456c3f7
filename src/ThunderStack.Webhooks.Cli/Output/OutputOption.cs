namespace ThunderStack.Webhooks.Cli.Output;

/// <summary><c>--output</c>, which every command has.</summary>
internal sealed class OutputOption : Option<OutputFormat>
{
    private OutputOption()
        : base("--output", "-o")
    {
        Description = "Write text for people, which is the default, or json for programs.";
        HelpName = "text|json";
        Recursive = true;
        this.Reads(
            text => text switch { "text" => OutputFormat.Text, "json" => OutputFormat.Json, _ => null },
            "write text or json");
    }

    public static OutputOption Instance { get; } = new();
}
