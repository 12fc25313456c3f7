namespace ThunderStack.Webhooks.Events;

/// <summary>
/// The id of a ThunderStack node. Its format is not documented, so it is opaque: compared by exact code points,
/// never trimmed, folded or normalised.
/// </summary>
/// <param name="Value">The id as sent.</param>
public readonly record struct NodeId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value ?? "";
}
