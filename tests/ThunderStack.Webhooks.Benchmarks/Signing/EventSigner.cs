using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ThunderStack.Webhooks.Benchmarks.Signing;

/// <summary>Plays the cloud: 200 nodes that change their status one after the other, each change signed and packed as a request.</summary>
internal static class EventSigner
{
    public const string Path = "/webhooks/thunderstack";
    public const string SignatureHeader = "X-ThunderStack-Signature";

    private static readonly string[] Statuses = ["IN_PROGRESS", "STARTING", "RUNNING", "PAUSED", "STARTING", "RUNNING", "FAILED"];
    private static readonly DateTimeOffset FirstEvent = new(2025, 11, 6, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan BetweenEvents = TimeSpan.FromMilliseconds(37);

    /// <summary>The ids of the nodes that the events are about.</summary>
    public static IReadOnlyList<string> NodeIds { get; } =
        [.. Enumerable.Range(0, 200).Select(node => new Guid(node * 7919, 0x5EED, 0x4A00, 0x80, 0, 0, 0, 0, 0, 0, (byte)node).ToString())];

    /// <summary>The events of an earlier run, or new ones that the next run will find.</summary>
    public static SignedEvents LoadOrSign(int count, string folder)
    {
        var path = System.IO.Path.Combine(folder, $"events-{count}.bin");
        if (SignedEvents.Load(path) is { } known)
            return known;

        Console.WriteLine($"Signing {count:N0} events once; they are kept in {path}");
        var events = Sign(count);
        events.Save(path);
        return events;
    }

    private static SignedEvents Sign(int count)
    {
        using var key = RSA.Create(2048);
        var parameters = key.ExportParameters(includePrivateParameters: true);
        var requests = new byte[count][];
        Parallel.For(0, count, () => RSA.Create(parameters), (index, _, rsa) =>
        {
            var body = Body(index);
            requests[index] = Request(body, rsa.SignData(body, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            return rsa;
        }, rsa => rsa.Dispose());
        return SignedEvents.Of(key.ExportSubjectPublicKeyInfoPem(), requests);
    }

    private static byte[] Body(int index)
    {
        var timestamp = (FirstEvent + (index * BetweenEvents)).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var node = NodeIds[index % NodeIds.Count];
        var status = Statuses[index / NodeIds.Count % Statuses.Length];
        return Encoding.UTF8.GetBytes(
            $$"""{"eventType":"NODE_STATUS_UPDATED","eventTimestamp":"{{timestamp}}","details":{"nodeId":"{{node}}","status":"{{status}}"},"nodeId":"{{node}}"}""");
    }

    private static byte[] Request(byte[] body, byte[] signature) =>
    [
        .. Encoding.ASCII.GetBytes(
            $"POST {Path} HTTP/1.1\r\nHost: receiver.example\r\nUser-Agent: thunderstack\r\nContent-Type: application/json\r\n" +
            $"{SignatureHeader}: {Convert.ToBase64String(signature)}\r\nContent-Length: {body.Length}\r\n\r\n"),
        .. body,
    ];
}
