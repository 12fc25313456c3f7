using System.Text.Json;

namespace ThunderStack.Cloud.NodeApi;

/// <summary>Who answered what to a request to a node, or why nobody did.</summary>
internal enum NodeApiAnswerKind
{
    Done,
    Locked,
    NotInitialized,
    AlreadyUnlocked,
    ChangingState,
    WrongPassword,
    Unauthorized,

    /// <summary>Another error of the node's own.</summary>
    OtherError,

    /// <summary>Something between here and the node failed: the node may have got the request.</summary>
    Gateway,

    /// <summary>Something that is no node refused.</summary>
    NoNode,

    /// <summary>The request was never sent.</summary>
    NotSent,

    /// <summary>The request was sent, and no complete answer came.</summary>
    Lost,
}

/// <summary>An answer of a node's API, or of what stands in its place.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Reason">What is to be told of it, in words of this package.</param>
internal sealed record NodeApiAnswer(NodeApiAnswerKind Kind, string Reason)
{
    /// <summary>The answer's bytes when it is <see cref="NodeApiAnswerKind.Done"/>.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>The variant of the node's error, as it names it.</summary>
    public string? Name { get; init; }

    /// <summary>The node's own words. They may repeat what was sent.</summary>
    public string? Words { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Reads an answer by its status and its body.</summary>
    public static NodeApiAnswer Read(HttpResponseMessage response, byte[] body, TimeProvider time)
    {
        var status = (int)response.StatusCode;
        if (status == 200)
        {
            return new NodeApiAnswer(NodeApiAnswerKind.Done, "") { Body = body };
        }

        if (status is >= 300 and < 400)
        {
            return new NodeApiAnswer(
                NodeApiAnswerKind.NoNode,
                $"{status}: a redirect{CloudFailure.Target(response)}, which is not followed; use the final address");
        }

        var (name, words) = ErrorOf(body);
        var kind = (name, words) is (null, null) ? OfStatus(status) : name is null ? OfWords(words!, status) : OfName(name, status);
        return new NodeApiAnswer(kind, ReasonOf(kind, status)) { Name = name, Words = words, RetryAfter = Transport.RetryAfter.Of(response, time) };
    }

    private static NodeApiAnswerKind OfName(string name, int status) => name switch
    {
        "LockedNode" => NodeApiAnswerKind.Locked,
        "NotInitialized" => NodeApiAnswerKind.NotInitialized,
        "AlreadyUnlocked" => NodeApiAnswerKind.AlreadyUnlocked,
        "ChangingState" => NodeApiAnswerKind.ChangingState,
        "WrongPassword" => NodeApiAnswerKind.WrongPassword,
        "Unauthorized" or "Forbidden" => NodeApiAnswerKind.Unauthorized,
        _ => status == 401 ? NodeApiAnswerKind.Unauthorized : NodeApiAnswerKind.OtherError,
    };

    // Builds that do not name their errors. The texts differ a little between builds, too.
    private static NodeApiAnswerKind OfWords(string words, int status)
    {
        return Has("already been unlocked") ? NodeApiAnswerKind.AlreadyUnlocked
            : Has("changing state") ? NodeApiAnswerKind.ChangingState
            : Has("not been initialized") || Has("not initialized") ? NodeApiAnswerKind.NotInitialized
            : Has("is locked") ? NodeApiAnswerKind.Locked
            : Has("password") && status == 401 ? NodeApiAnswerKind.WrongPassword
            : Has("invalid credentials") || Has("have access") || status == 401 ? NodeApiAnswerKind.Unauthorized
            : NodeApiAnswerKind.OtherError;

        bool Has(string part) => words.Contains(part, StringComparison.OrdinalIgnoreCase);
    }

    private static NodeApiAnswerKind OfStatus(int status) => status switch
    {
        401 or 403 => NodeApiAnswerKind.Unauthorized,
        408 or >= 500 => NodeApiAnswerKind.Gateway,
        _ => NodeApiAnswerKind.NoNode,
    };

    private static string ReasonOf(NodeApiAnswerKind kind, int status) => kind switch
    {
        NodeApiAnswerKind.Locked => "the node is locked",
        NodeApiAnswerKind.NotInitialized => "the node was never initialized; call /init",
        NodeApiAnswerKind.AlreadyUnlocked => "the node has already been unlocked",
        NodeApiAnswerKind.ChangingState => "the node is being locked or unlocked",
        NodeApiAnswerKind.WrongPassword => "the password is wrong",
        NodeApiAnswerKind.Unauthorized => $"{status}: the token is missing, is not valid, or lacks the right",
        NodeApiAnswerKind.OtherError => $"{status}: an error of the node",
        NodeApiAnswerKind.Gateway => $"{status}: a failure on the way to the node",
        _ => $"{status}: no node's API is there; check the URL",
    };

    private static (string? Name, string? Words) ErrorOf(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            // Only a node says "error": gateways say "message".
            return TextOf(document.RootElement, "error") is { } words ? (TextOf(document.RootElement, "name"), words) : (null, null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: text that is not UTF-8, or a lone surrogate.
            return (null, null);
        }
    }

    private static string? TextOf(JsonElement answer, string member) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
