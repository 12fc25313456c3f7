using ThunderStack.Webhooks.Cli.Conditions;
using ThunderStack.Webhooks.Cli.Handlers;

namespace ThunderStack.Webhooks.Cli.Status;

/// <summary>How everything stands.</summary>
/// <param name="Receiver">How the receiver is; null of a database.</param>
/// <param name="Conditions">What needs a person.</param>
/// <param name="Nodes">The nodes that have told a status.</param>
/// <param name="Handlers">The handlers.</param>
internal sealed record InboxStatus(
    ReceiverStatusView? Receiver, IReadOnlyList<ConditionView> Conditions, IReadOnlyList<NodeStatusView> Nodes, IReadOnlyList<HandlerView> Handlers);

/// <summary>A receiver that runs.</summary>
/// <param name="Version">Its version.</param>
/// <param name="InboxProblem">Why it cannot store events; null when it can.</param>
/// <param name="KeyFingerprint">The public key that it verifies with; null when it has none yet.</param>
internal sealed record ReceiverStatusView(string Version, string? InboxProblem, string? KeyFingerprint);

/// <summary>A node's latest status.</summary>
/// <param name="NodeId">Its id.</param>
/// <param name="Name">Its name in the receiver's settings; null of a database.</param>
/// <param name="Status">As sent.</param>
/// <param name="Since">Since when.</param>
/// <param name="EventId">In which event.</param>
/// <param name="Readiness">How its own API was found; null of a database, and where nobody looks.</param>
internal sealed record NodeStatusView(string NodeId, string? Name, string Status, DateTimeOffset Since, string? EventId, string? Readiness);
