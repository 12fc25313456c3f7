namespace ThunderStack.Webhooks.Cli.Send;

/// <summary>What is to be sent.</summary>
/// <param name="Nodes">The nodes, in turn.</param>
/// <param name="Statuses">The statuses, in turn.</param>
/// <param name="Count">How many events.</param>
/// <param name="PerSecond">How many events a second; null for one after the other.</param>
/// <param name="Duplicate">Whether each is sent a second time.</param>
/// <param name="Tamper">Whether each is changed after it was signed.</param>
/// <param name="ExactBody">The body to sign in place of one made for the node and the status.</param>
internal sealed record SendPlan(
    IReadOnlyList<string> Nodes, IReadOnlyList<string> Statuses, int Count, double? PerSecond, bool Duplicate, bool Tamper, byte[]? ExactBody)
{
    public string NodeOf(int number) => Nodes[(number - 1) % Nodes.Count];

    public string StatusOf(int number) => Statuses[(number - 1) % Statuses.Count];
}
