using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Moving;

/// <summary>What an inbox has beside its events.</summary>
/// <param name="Handlers">Every handler that ever took part.</param>
/// <param name="Nodes">The latest status of every node.</param>
/// <param name="Keys">The keys that events were accepted with, or that are trusted, as DER-encoded SubjectPublicKeyInfo.</param>
/// <param name="Trusted">The last good keys, by the source that they came from.</param>
/// <param name="LastTurn">The last place that an event or a replay has taken.</param>
public sealed record MovedFrame(
    IReadOnlyList<MovedHandler> Handlers,
    IReadOnlyList<NodeState> Nodes,
    IReadOnlyDictionary<KeyFingerprint, ReadOnlyMemory<byte>> Keys,
    IReadOnlyDictionary<string, IReadOnlyList<StoredPublicKey>> Trusted,
    long LastTurn);

/// <summary>A handler.</summary>
/// <param name="Name">Its name.</param>
/// <param name="SettledThrough">Up to this place nothing is pending for it.</param>
public sealed record MovedHandler(string Name, long SettledThrough);
