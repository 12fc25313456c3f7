using System.Text;

namespace ThunderStack.Webhooks.Cli.Sources;

/// <summary>Reads lines from somebody who may be slow, or endless: a line has so many bytes, and comes within so long.</summary>
/// <param name="stream">What is read.</param>
/// <param name="maxBytes">How long a line may be.</param>
/// <param name="patience">How long to wait for a whole one.</param>
/// <param name="time">The clock.</param>
internal sealed class LineReader(Stream stream, int maxBytes, TimeSpan patience, TimeProvider time)
{
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    /// <summary>The next line; <see langword="null"/> at the end.</summary>
    /// <exception cref="TimeoutException">It did not come.</exception>
    /// <exception cref="InvalidDataException">It is too long.</exception>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        for (var scanned = 0; ;)
        {
            var found = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOf((byte)'\n');
            if (found >= 0)
            {
                return Take(scanned + found, behind: 1);
            }

            scanned = _end - _start;
            if (scanned > maxBytes)
            {
                throw new InvalidDataException($"a line of it is longer than {maxBytes >> 20} MiB");
            }

            MakeRoom();
            int read;
            try
            {
                read = await stream.ReadAsync(_buffer.AsMemory(_end), either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"Nothing whole came for {patience.TotalSeconds:0} s.");
            }

            if (read == 0)
            {
                return scanned == 0 ? null : Take(scanned, behind: 0);
            }

            _end += read;
        }
    }

    private string Take(int length, int behind)
    {
        var line = Encoding.UTF8.GetString(_buffer, _start, length);
        _start += length + behind;
        return line.EndsWith('\r') ? line[..^1] : line;
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
    }
}
