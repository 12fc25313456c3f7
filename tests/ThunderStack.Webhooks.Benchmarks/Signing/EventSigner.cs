using System.Text;
using ThunderStack.Webhooks.Emulator.Events;
using ThunderStack.Webhooks.Emulator.Keys;

namespace ThunderStack.Webhooks.Benchmarks.Signing;

/// <summary>Has the emulated cloud tell of 200 nodes that change their status one after the other, each change signed by its key and packed as a request.</summary>
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
        using var key = new SigningKey();
        var requests = new byte[count][];
        Parallel.For(0, count, key.Clone, (index, _, signer) =>
        {
            var body = Event(index).ToBody();
            requests[index] = Request(body, signer.Sign(body));
            return signer;
        }, signer => signer.Dispose());
        return SignedEvents.Of(key.PublicKeyPem, requests);
    }

    private static CloudEvent Event(int index) => new(
        NodeIds[index % NodeIds.Count],
        CloudEvent.NodeStatusUpdated,
        Statuses[index / NodeIds.Count % Statuses.Length],
        FirstEvent + (index * BetweenEvents));

    private static byte[] Request(byte[] body, byte[] signature) =>
    [
        .. Encoding.ASCII.GetBytes(
            $"POST {Path} HTTP/1.1\r\nHost: receiver.example\r\nUser-Agent: thunderstack\r\nContent-Type: application/json\r\n" +
            $"{SignatureHeader}: {Convert.ToBase64String(signature)}\r\nContent-Length: {body.Length}\r\n\r\n"),
        .. body,
    ];
}
