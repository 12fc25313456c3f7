namespace ThunderStack.Webhooks.Cli.Doctor;

/// <summary>Whether a receiver would start with these settings.</summary>
internal static class ConfigurationCheck
{
    public const string Name = "configuration";

    public static IEnumerable<Finding> Run(ReceiverSettings settings)
    {
        // A problem's own sentence says what to write.
        List<Finding> ill =
        [
            .. settings.Problems.Select(problem => Finding.Fail(Name, problem, "correct the setting and restart the receiver")),
            .. settings.UnknownKeys.Select(key => Finding.Fail(Name, $"{key} is not a setting and does nothing", "correct its spelling, or take it out")),
        ];
        if (ill.Count > 0)
        {
            return ill;
        }

        var keys = settings.PublicKey.Pinned.Count switch
        {
            0 => "key fetched from the cloud",
            1 => "one pinned key",
            var count => $"{count} pinned keys",
        };
        var nodes = settings.Nodes.Nodes.Count == 1 ? "one node" : $"{settings.Nodes.Nodes.Count} nodes";
        return [Finding.Pass(Name, $"{nodes}, {keys}, inbox {settings.Inbox.Provider}, path {settings.Webhook.Path}")];
    }
}
