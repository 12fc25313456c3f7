using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;

namespace ThunderStack.Webhooks.Benchmarks.Load;

/// <summary>Reads one HTTP/1.1 response after the other from a keep-alive connection: only as much of HTTP as that takes.</summary>
internal sealed class ResponseReader(Socket socket)
{
    private readonly byte[] _buffer = new byte[8192];
    private int _length;

    /// <summary>Takes what has arrived. Returns false while the response is not complete; does not wait on a non-blocking socket.</summary>
    /// <exception cref="IOException">The server closed the connection, or sent what is not a response.</exception>
    public bool TryRead(out int status)
    {
        status = 0;
        var read = socket.Receive(_buffer.AsSpan(_length), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return false;
        if (error != SocketError.Success || read == 0)
            throw new IOException($"The connection ended ({error}) within a response: {Encoding.Latin1.GetString(_buffer, 0, _length)}");

        _length += read;
        if (!IsComplete(_buffer.AsSpan(0, _length)))
            return false;

        _length = 0;
        return Utf8Parser.TryParse(_buffer.AsSpan("HTTP/1.1 ".Length, 3), out status, out _)
            ? true
            : throw new IOException("That is not an HTTP/1.1 response.");
    }

    private static bool IsComplete(ReadOnlySpan<byte> received)
    {
        var headerEnd = received.IndexOf("\r\n\r\n"u8);
        if (headerEnd < 0)
            return false;

        var header = received[..headerEnd];
        var body = received[(headerEnd + 4)..];
        var contentLength = header.IndexOf("\r\nContent-Length: "u8);
        if (contentLength >= 0 && Utf8Parser.TryParse(header[(contentLength + "\r\nContent-Length: ".Length)..], out int length, out _))
            return body.Length >= length;

        // Without a length it is chunked, and the last chunk is the empty one.
        return body.EndsWith("0\r\n\r\n"u8);
    }
}
