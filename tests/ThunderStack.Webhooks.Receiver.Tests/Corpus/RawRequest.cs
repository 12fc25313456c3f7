using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Receiver.Tests.Corpus;

/// <summary>A request of the corpus, byte for byte, over a socket of its own.</summary>
internal sealed partial class RawRequest(string template, string path, byte[] body)
{
    private const int ModulusBytes = 256;

    public byte[] ToBytes() => Encoding.Latin1.GetBytes(Placeholder().Replace(template, match => Fill(match.Groups[1].Value)));

    /// <summary>Sends it, and returns the status of the final answer; 0 when the connection closed without one.</summary>
    public async Task<(int Status, string Answer)> SendAsync(Uri address, bool closesEarly, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
        using var received = new MemoryStream();
        try
        {
            await socket.SendAsync(ToBytes(), cancellationToken);
            if (closesEarly)
            {
                socket.Shutdown(SocketShutdown.Send);
            }

            var buffer = new byte[8192];
            int count;
            while ((count = await socket.ReceiveAsync(buffer, cancellationToken)) > 0)
            {
                received.Write(buffer, 0, count);
            }
        }
        catch (SocketException)
        {
            // Reset after, or instead of, an answer: what came before it counts.
        }

        var answer = Encoding.Latin1.GetString(received.ToArray());
        var final = FinalStatus().Matches(answer).LastOrDefault();
        return (final is null ? 0 : int.Parse(final.Groups[1].Value, CultureInfo.InvariantCulture), answer);
    }

    private string Fill(string placeholder)
    {
        var parts = placeholder.Split(':', 2);
        return parts[0] switch
        {
            "PATH" => path,
            "BODY" => Encoding.Latin1.GetString(body),
            "SIG" => Signature(parts.Length > 1 ? parts[1] : ""),
            "CHUNKED" => Chunk(parts.Length > 1 ? ";x\nHost: b" : "") + "0\r\n\r\n",
            "CHUNKHEAD" => Chunk(""),
            "CHUNKS1" => string.Concat(body.Select(b => $"1\r\n{(char)b}\r\n")) + "0\r\n\r\n",
            "LEN" => $"{body.Length}",
            _ when parts[0].StartsWith("LEN", StringComparison.Ordinal) => $"{body.Length + int.Parse(parts[0][3..], CultureInfo.InvariantCulture)}",
            _ => throw new ArgumentException($"The corpus has a placeholder that this runner does not know: {placeholder}."),
        };
    }

    private string Chunk(string extension) => $"{body.Length:x}{extension}\r\n{Encoding.Latin1.GetString(body)}\r\n";

    private string Signature(string damage)
    {
        var signature = TestKey.Default.Sign(body);
        var text = Convert.ToBase64String(signature);
        return damage switch
        {
            "" => text,
            "flip" => Convert.ToBase64String([(byte)(signature[0] ^ 1), .. signature[1..]]),
            "minus1" => Convert.ToBase64String(signature[..^1]),
            "zero" => Convert.ToBase64String([0, .. signature]),
            "url" => text.Replace('+', '-').Replace('/', '_'),
            "nopad" => text.TrimEnd('='),
            "space" => text.Insert(100, " "),
            "tab" => text.Insert(100, "\t"),
            "bits" => WithTrailingBits(text),
            "short" => Convert.ToBase64String(signature[..128]),
            "zeros" => Convert.ToBase64String(new byte[ModulusBytes]),
            "one" => Convert.ToBase64String([.. new byte[ModulusBytes - 1], 1]),
            "pss" => Convert.ToBase64String(TestKey.Default.SignWith(body, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)),
            "sha1" => Convert.ToBase64String(TestKey.Default.SignWith(body, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1)),
            "sha512" => Convert.ToBase64String(TestKey.Default.SignWith(body, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)),
            "other" => Convert.ToBase64String(TestKey.Default.Sign("another body"u8)),
            "emptybody" => Convert.ToBase64String(TestKey.Default.Sign([])),
            "fold" => text.Insert(100, "\r\n "),
            "hex" => Convert.ToHexString(signature),
            _ => throw new ArgumentException($"The corpus has a damage that this runner does not know: {damage}."),
        };
    }

    /// <summary>256 bytes end in two characters and two pads: the last character has four bits that decoders ignore.</summary>
    private static string WithTrailingBits(string text)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        var last = text.TrimEnd('=').Length - 1;
        return text[..last] + alphabet[alphabet.IndexOf(text[last], StringComparison.Ordinal) + 1] + text[(last + 1)..];
    }

    [GeneratedRegex(@"\{\{([^}]*)\}\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"HTTP/1\.1 ([2-5]\d\d) ")]
    private static partial Regex FinalStatus();
}
