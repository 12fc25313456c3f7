using System.Text;
using System.Text.Json;
using ThunderStack.Cloud.Transport;

namespace ThunderStack.Cloud.NodeApi;

/// <summary>
/// The own API of RGB Lightning nodes: whether one can be used, and its lock. Safe for concurrent use; register it with
/// <c>AddThunderStackNodeApi</c>.
/// </summary>
/// <remarks>
/// Every request is sent once and to the endpoint's host only: redirects are not followed. An answer may be 64 KiB long. Source: RGB
/// Lightning Node, whose builds name their errors or only describe them; both are understood.
/// </remarks>
public sealed class NodeApiClient
{
    private static readonly TimeSpan LookTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ChangeTimeout = TimeSpan.FromMinutes(2);

    private readonly NodeApiTransport _transport;

    /// <summary>Creates the client.</summary>
    /// <param name="http">Sends the requests; must not follow redirects, repeat requests or log them.</param>
    /// <param name="timeProvider">The clock that timeouts run on; the system's by default.</param>
    public NodeApiClient(HttpClient http, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        _transport = new NodeApiTransport(http, timeProvider ?? TimeProvider.System);
    }

    /// <summary>Looks whether a node can be used: <c>GET /nodeinfo</c>, for at most 10 s. A node that cannot be is no exception.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<NodeLook> LookAsync(NodeApiEndpoint endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var answer = await _transport.SendAsync(endpoint, HttpMethod.Get, "/nodeinfo", null, LookTimeout, cancellationToken)
            .ConfigureAwait(false);
        if (answer.Kind != NodeApiAnswerKind.Done)
        {
            return new NodeLook { State = StateOf(answer.Kind), Reason = Told(answer, endpoint), RetryAfter = answer.RetryAfter };
        }

        return ReadInfo(answer.Body) is { } info
            ? new NodeLook { State = NodeApiState.Ready, Info = info }
            : new NodeLook { State = NodeApiState.Unreachable, Reason = "200, but not a node's info; check the URL" };
    }

    /// <summary>What an unlocked node says of itself: <c>GET /nodeinfo</c>, for at most 10 s.</summary>
    /// <exception cref="NodeApiException">The node is not ready.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<NodeInfo> GetInfoAsync(NodeApiEndpoint endpoint, CancellationToken cancellationToken = default)
    {
        var look = await LookAsync(endpoint, cancellationToken).ConfigureAwait(false);
        return look.Info ?? throw new NodeApiException($"GET /nodeinfo: {look.Reason}.", look.State);
    }

    /// <summary>
    /// Unlocks a node: <c>POST /unlock</c>, sent once. The node answers after it has synchronized with its chain, which can take minutes, and
    /// goes on when the caller hangs up.
    /// </summary>
    /// <param name="endpoint">The node; over https, or on this machine.</param>
    /// <param name="body">The request's JSON with the password. Builds differ in what else it must hold.</param>
    /// <param name="timeout">How long to wait for the answer; 2 minutes by default.</param>
    /// <param name="cancellationToken">Stops waiting, not the unlock.</param>
    /// <exception cref="ArgumentException">The password would travel over plain http to another machine.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<NodeUnlock> UnlockAsync(
        NodeApiEndpoint endpoint, ReadOnlyMemory<byte> body, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (!endpoint.IsConfidential)
        {
            throw new ArgumentException("A password needs https, or http to a loopback address.", nameof(endpoint));
        }

        var answer = await _transport
            .SendAsync(endpoint, HttpMethod.Post, "/unlock", body.ToArray(), timeout ?? ChangeTimeout, cancellationToken)
            .ConfigureAwait(false);
        return answer.Kind switch
        {
            NodeApiAnswerKind.Done when IsNodesAnswer(answer.Body) => new NodeUnlock(NodeUnlockOutcome.Unlocked),
            NodeApiAnswerKind.Done => new NodeUnlock(NodeUnlockOutcome.Unknown, "200, but not a node's answer; check the URL"),
            NodeApiAnswerKind.AlreadyUnlocked => new NodeUnlock(NodeUnlockOutcome.AlreadyUnlocked, answer.Reason),
            NodeApiAnswerKind.WrongPassword => new NodeUnlock(NodeUnlockOutcome.WrongPassword, answer.Reason),
            NodeApiAnswerKind.ChangingState => new NodeUnlock(NodeUnlockOutcome.Changing, answer.Reason),
            NodeApiAnswerKind.Unauthorized => new NodeUnlock(NodeUnlockOutcome.Unauthorized, answer.Reason),
            NodeApiAnswerKind.NotInitialized => new NodeUnlock(NodeUnlockOutcome.NotInitialized, answer.Reason),
            NodeApiAnswerKind.Lost or NodeApiAnswerKind.Gateway => new NodeUnlock(NodeUnlockOutcome.Unknown, answer.Reason),
            _ => new NodeUnlock(NodeUnlockOutcome.Failed, answer.Reason + NameWithout(answer.Name, body.Span)),
        };
    }

    /// <summary>Locks a node: <c>POST /lock</c>, sent once. A node that is locked already stays so.</summary>
    /// <exception cref="NodeApiException">The node refused, or there was no complete answer within 2 minutes: look before you ask again.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task LockAsync(NodeApiEndpoint endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var answer = await _transport.SendAsync(endpoint, HttpMethod.Post, "/lock", null, ChangeTimeout, cancellationToken)
            .ConfigureAwait(false);
        if (answer.Kind is not (NodeApiAnswerKind.Done or NodeApiAnswerKind.Locked))
        {
            throw new NodeApiException($"POST /lock: {Told(answer, endpoint)}.", StateOf(answer.Kind));
        }
    }

    private static NodeApiState StateOf(NodeApiAnswerKind kind) => kind switch
    {
        NodeApiAnswerKind.Locked => NodeApiState.Locked,
        NodeApiAnswerKind.NotInitialized => NodeApiState.Uninitialized,
        NodeApiAnswerKind.ChangingState => NodeApiState.Changing,
        NodeApiAnswerKind.Unauthorized => NodeApiState.Unauthorized,
        _ => NodeApiState.Unreachable,
    };

    private static string Told(NodeApiAnswer answer, NodeApiEndpoint endpoint) =>
        answer is { Kind: NodeApiAnswerKind.OtherError, Words: { Length: > 0 } words }
            ? $"{answer.Reason}: {ServerWords.Clean(words, endpoint.Token)}"
            : answer.Reason;

    // The node's words may repeat the password; the name of its error is one of its own, and nothing that was sent.
    private static string NameWithout(string? name, ReadOnlySpan<byte> sent) =>
        name is { Length: > 0 and <= 64 } && name.All(char.IsAsciiLetterOrDigit) && sent.IndexOf(Encoding.ASCII.GetBytes(name)) < 0
            ? $": {name}"
            : "";

    private static bool IsNodesAnswer(ReadOnlySpan<byte> body) => body.Trim(" \t\r\n"u8) is [] or [(byte)'{', ..];

    private static NodeInfo? ReadInfo(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, NodeApiJsonContext.Default.NodeInfo) is { Pubkey: { Length: > 0 } } info ? info : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
