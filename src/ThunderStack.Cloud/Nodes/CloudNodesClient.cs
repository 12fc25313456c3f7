using System.Text;
using System.Text.Json;
using ThunderStack.Cloud.Transport;

namespace ThunderStack.Cloud.Nodes;

/// <summary>The nodes of an account: everything below <c>/api/nodes</c>. Reach it as <see cref="ThunderStackCloudClient.Nodes"/>.</summary>
/// <remarks>
/// Every failure is a <see cref="ThunderStackCloudException"/>; a call takes 30 s at most, repetitions included. What only reads,
/// and what sets a value, is asked up to three times while the cloud is unreachable, busy or failing; everything else once.
/// </remarks>
public sealed class CloudNodesClient
{
    private const int MaxListBytes = 8 * 1024 * 1024;

    private readonly CloudTransport _transport;

    internal CloudNodesClient(CloudTransport transport) => _transport = transport;

    /// <summary>All nodes of the account: <c>GET /api/nodes</c>. The API has no pages; an answer has 8 MiB at most, which is more than ten thousand nodes.</summary>
    /// <exception cref="ThunderStackCloudException">The cloud refused, could not be reached, or answered no list.</exception>
    public Task<IReadOnlyList<CloudNode>> ListAsync(CancellationToken cancellationToken = default) =>
        ReadAsync(
            Repeatable(HttpMethod.Get, "/api/nodes") with { MaxBytes = MaxListBytes },
            NodeAnswers.ReadMany,
            "a list of nodes",
            cancellationToken);

    /// <summary>One node: <c>GET /api/nodes/{id}</c>.</summary>
    /// <exception cref="ThunderStackCloudException">There is no such node (404), or another failure.</exception>
    public Task<CloudNode> GetAsync(string nodeId, CancellationToken cancellationToken = default) =>
        ReadAsync(Repeatable(HttpMethod.Get, PathOf(nodeId)), NodeAnswers.ReadOne, "a node", cancellationToken);

    /// <summary>Creates a node: <c>POST /api/nodes</c>. It is asked once, whatever happens, so that there are never two.</summary>
    /// <returns>The node as it begins: its status is not yet <see cref="CloudNodeStatus.Running"/>, which can take ten minutes.</returns>
    /// <exception cref="ThunderStackCloudException">
    /// The cloud refused, or there was no answer: then list the nodes before you create it again, because it may exist.
    /// </exception>
    public Task<CloudNode> CreateAsync(NewCloudNode node, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentException.ThrowIfNullOrWhiteSpace(node.Name);
        var settings = node.WebhookUrl is null ? null : new CloudNodeSettings { WebhookUrl = node.WebhookUrl.AbsoluteUri };
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new CreateRequest(node.Name, node.Network, settings), CloudJsonContext.Default.CreateRequest);
        return ReadAsync(Once(HttpMethod.Post, "/api/nodes") with { Body = body }, NodeAnswers.ReadOne, "a node", cancellationToken);
    }

    /// <summary>Destroys a node for good: <c>DELETE /api/nodes</c> with the id in the body.</summary>
    /// <returns>What the cloud says about it, if anything.</returns>
    /// <exception cref="ThunderStackCloudException">The cloud refused, or there was no answer.</exception>
    public Task<string?> DestroyAsync(string nodeId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(nodeId);
        var body = JsonSerializer.SerializeToUtf8Bytes(new DestroyRequest(nodeId), CloudJsonContext.Default.DestroyRequest);
        return DoAsync(Once(HttpMethod.Delete, "/api/nodes") with { Body = body }, cancellationToken);
    }

    /// <summary>Sets where the cloud posts the node's events: <c>POST /api/nodes/{id}/settings</c>.</summary>
    /// <param name="nodeId">The node.</param>
    /// <param name="webhookUrl">The URL; <see langword="null"/> sends an empty one, which is how to have none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What the cloud says about it, if anything.</returns>
    /// <exception cref="ThunderStackCloudException">The cloud refused, or there was no answer.</exception>
    public Task<string?> SetWebhookUrlAsync(string nodeId, Uri? webhookUrl, CancellationToken cancellationToken = default) =>
        UpdateSettingsAsync(nodeId, new CloudNodeSettings { WebhookUrl = webhookUrl?.AbsoluteUri ?? "" }, cancellationToken);

    /// <summary>Sets a node's settings: <c>POST /api/nodes/{id}/settings</c>.</summary>
    /// <returns>What the cloud says about it, if anything.</returns>
    /// <exception cref="ThunderStackCloudException">The cloud refused, or there was no answer.</exception>
    public Task<string?> UpdateSettingsAsync(string nodeId, CloudNodeSettings settings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var body = JsonSerializer.SerializeToUtf8Bytes(new SettingsRequest(settings), CloudJsonContext.Default.SettingsRequest);
        return DoAsync(Repeatable(HttpMethod.Post, PathOf(nodeId, "/settings")) with { Body = body }, cancellationToken);
    }

    /// <summary>Starts a node that is paused: <c>POST /api/nodes/{id}/start</c>.</summary>
    /// <returns>What the cloud says about it, if anything.</returns>
    /// <exception cref="ThunderStackCloudException">The cloud refused, or there was no answer.</exception>
    public Task<string?> StartAsync(string nodeId, CancellationToken cancellationToken = default) =>
        DoAsync(Once(HttpMethod.Post, PathOf(nodeId, "/start")), cancellationToken);

    /// <summary>Stops a node: <c>POST /api/nodes/{id}/stop</c>.</summary>
    /// <returns>What the cloud says about it, if anything.</returns>
    /// <exception cref="ThunderStackCloudException">The cloud refused, or there was no answer.</exception>
    public Task<string?> StopAsync(string nodeId, CancellationToken cancellationToken = default) =>
        DoAsync(Once(HttpMethod.Post, PathOf(nodeId, "/stop")), cancellationToken);

    /// <summary>Brings a node to the latest image: <c>POST /api/nodes/{id}/upgrade</c>.</summary>
    /// <returns>What the cloud says about it, if anything.</returns>
    /// <exception cref="ThunderStackCloudException">The cloud refused, or there was no answer.</exception>
    public Task<string?> UpgradeAsync(string nodeId, CancellationToken cancellationToken = default) =>
        DoAsync(Once(HttpMethod.Post, PathOf(nodeId, "/upgrade")), cancellationToken);

    /// <summary>The version of the latest node image: <c>GET /api/nodes/latest-rln-image</c>.</summary>
    /// <exception cref="ThunderStackCloudException">The cloud refused, or there was no answer.</exception>
    public Task<string> GetLatestImageAsync(CancellationToken cancellationToken = default) => ReadAsync(
        Repeatable(HttpMethod.Get, "/api/nodes/latest-rln-image"),
        answer => TextOf(answer, "data"),
        "a version in \"data\"",
        cancellationToken);

    /// <summary>Has a node's logs collected: <c>POST /api/nodes/{id}/logs</c>.</summary>
    /// <returns>The task's id, for <see cref="GetLogUrlsAsync"/>.</returns>
    /// <exception cref="ThunderStackCloudException">The cloud refused, or there was no answer.</exception>
    public Task<string> RequestLogsAsync(string nodeId, CancellationToken cancellationToken = default) => ReadAsync(
        Once(HttpMethod.Post, PathOf(nodeId, "/logs")),
        answer => TextOf(answer, "taskId") ?? TextOf(Data(answer), "taskId"),
        "a \"taskId\"",
        cancellationToken);

    /// <summary>Where the collected logs are: <c>GET /api/nodes/{id}/logs?taskId=</c>.</summary>
    /// <returns>Presigned URLs: whoever has one can read the log. Empty while there are none.</returns>
    /// <exception cref="ThunderStackCloudException">The cloud refused, or there was no answer.</exception>
    public Task<IReadOnlyList<Uri>> GetLogUrlsAsync(string nodeId, string taskId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(taskId);
        var call = Repeatable(HttpMethod.Get, PathOf(nodeId, "/logs")) with { Query = $"?taskId={Uri.EscapeDataString(taskId)}" };
        return ReadAsync(call, LogUrls, "a list of URLs in \"data\"", cancellationToken);
    }

    /// <summary>Has a certificate made for a node: <c>POST /api/nodes/{id}/generate-cert</c>. Its private key is in the answer.</summary>
    /// <exception cref="ThunderStackCloudException">The cloud refused, or there was no answer.</exception>
    public Task<CloudNodeCertificate> GenerateCertificateAsync(string nodeId, CancellationToken cancellationToken = default) =>
        ReadAsync(Once(HttpMethod.Post, PathOf(nodeId, "/generate-cert")), CertificateAnswer.Read, "a certificate", cancellationToken);

    /// <summary>What a node says of its health: <c>GET /api/nodes/{id}/health</c>.</summary>
    /// <returns>The answer's text as it was served: its shape is not documented.</returns>
    /// <exception cref="ThunderStackCloudException">The cloud refused, or there was no answer.</exception>
    public async Task<string> GetHealthAsync(string nodeId, CancellationToken cancellationToken = default)
    {
        var call = Repeatable(HttpMethod.Get, PathOf(nodeId, "/health"));
        return Encoding.UTF8.GetString(await _transport.SendAsync(call, cancellationToken).ConfigureAwait(false));
    }

    private async Task<string?> DoAsync(CloudCall call, CancellationToken cancellationToken)
    {
        var bytes = await _transport.SendAsync(call, cancellationToken).ConfigureAwait(false);
        if (bytes.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
        {
            return null;
        }

        var message = CloudAnswer.Read<string>(call, bytes, answer => TextOf(answer, "message") ?? "", "JSON");
        return message.Length > 0 ? message : null;
    }

    private async Task<T> ReadAsync<T>(CloudCall call, Func<JsonElement, T?> read, string expected, CancellationToken cancellationToken)
        where T : class =>
        CloudAnswer.Read(call, await _transport.SendAsync(call, cancellationToken).ConfigureAwait(false), read, expected);

    private static IReadOnlyList<Uri>? LogUrls(JsonElement answer)
    {
        if (Data(answer) is not { ValueKind: JsonValueKind.Array } data)
        {
            return Data(answer) is { ValueKind: JsonValueKind.Null } ? [] : null;
        }

        var urls = new List<Uri>();
        foreach (var item in data.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String || !Uri.TryCreate(item.GetString(), UriKind.Absolute, out var url))
            {
                return null;
            }

            urls.Add(url);
        }

        return urls;
    }

    private static JsonElement? Data(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("data", out var data) ? data : null;

    private static string? TextOf(JsonElement? holder, string member) =>
        holder is { ValueKind: JsonValueKind.Object } found
        && found.TryGetProperty(member, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static CloudCall Repeatable(HttpMethod method, string path) => new(method, path) { IsRepeatable = true };

    private static CloudCall Once(HttpMethod method, string path) => new(method, path);

    private static string PathOf(string nodeId, string suffix = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(nodeId);
        // A URI's path has no segment of dots: it would be another path.
        return nodeId is "." or ".."
            ? throw new ArgumentException("A node id is not '.' or '..'.", nameof(nodeId))
            : $"/api/nodes/{Uri.EscapeDataString(nodeId)}{suffix}";
    }
}
