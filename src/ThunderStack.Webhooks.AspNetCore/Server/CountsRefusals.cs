namespace ThunderStack.Webhooks.AspNetCore.Server;

/// <summary>Marks the endpoints that count what they refuse.</summary>
internal sealed class CountsRefusals
{
    public static CountsRefusals Instance { get; } = new();
}
