using System.Buffers.Binary;
using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ThunderStack.Webhooks.Benchmarks.Load;

/// <summary>
/// Tells which of many sockets have something to read, by Linux's epoll and without ever sleeping. To try each socket in turn
/// would be simpler, but takes every socket's lock away from the server that is about to write to it.
/// </summary>
internal sealed partial class ReadySockets : IDisposable
{
    private const int Add = 1;
    private const uint Readable = 1;

    // struct epoll_event: the kinds, then 8 bytes of one's own; without padding between them on x64 only.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly int _epoll = Checked(Create(flags: 0));
    private readonly byte[] _events;

    public ReadySockets(int capacity) => _events = new byte[capacity * EventSize];

    /// <summary>Watches a socket until it is closed.</summary>
    public void Watch(Socket socket, int tag)
    {
        Span<byte> registration = stackalloc byte[EventSize];
        BinaryPrimitives.WriteUInt32LittleEndian(registration, Readable);
        BinaryPrimitives.WriteInt64LittleEndian(registration[^sizeof(long)..], tag);
        Checked(Control(_epoll, Add, socket.SafeHandle, registration));
    }

    /// <summary>Puts the tags of the ready sockets into <paramref name="tags"/>, and returns how many there are.</summary>
    public int Poll(Span<int> tags)
    {
        var count = Checked(Wait(_epoll, _events, _events.Length / EventSize, timeout: 0));
        for (var index = 0; index < count; index++)
            tags[index] = (int)BinaryPrimitives.ReadInt64LittleEndian(_events.AsSpan(0, (index + 1) * EventSize)[^sizeof(long)..]);
        return count;
    }

    public void Dispose() => _ = Close(_epoll);

    private static int Checked(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int epoll, int operation, SafeHandle socket, ReadOnlySpan<byte> registration);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(int epoll, Span<byte> events, int maxEvents, int timeout);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
