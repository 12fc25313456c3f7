namespace ThunderStack.Webhooks.Cli.Nodes;

/// <summary>A node's id as an argument.</summary>
internal static class NodeIdArgument
{
    public static Argument<string> Create() => new("node-id")
    {
        Description = "The node's id, as nodes list shows it.",
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (string.IsNullOrWhiteSpace(text) || text is "." or "..")
            {
                result.AddError($"'{text}' is no node id: write one that nodes list shows.");
            }

            return text;
        },
    };
}
