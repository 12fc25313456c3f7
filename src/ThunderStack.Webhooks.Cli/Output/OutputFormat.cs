namespace ThunderStack.Webhooks.Cli.Output;

/// <summary>What standard output is for.</summary>
internal enum OutputFormat
{
    /// <summary>People.</summary>
    Text,

    /// <summary>Programs: one JSON document.</summary>
    Json,
}
