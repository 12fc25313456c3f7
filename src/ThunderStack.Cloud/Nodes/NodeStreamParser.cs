using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using ThunderStack.Cloud.Transport;

namespace ThunderStack.Cloud.Nodes;

/// <summary>
/// Finds nodes in an answer that arrives in pieces: <c>{"nodes":[…]}</c>, also below <c>data</c>, or bare. Of the answer it
/// holds one node at a time.
/// </summary>
internal sealed class NodeStreamParser(CloudCall call)
{
    /// <summary>How long one node's JSON may be.</summary>
    public const int MaxItemBytes = 256 * 1024;

    private const int FirstBytes = 16 * 1024;
    private const string Expected = "a list of nodes";

    private byte[] _buffer = new byte[FirstBytes];
    private int _start;
    private int _end;
    private bool _hasBegun;
    private bool _isFinal;
    private JsonReaderState _state;
    private Phase _phase;
    private string? _outer;
    private string? _inner;

    private enum Phase
    {
        Searching,
        Listing,
        Ending,
        Complete,
    }

    /// <summary>Whether the answer was read to its end, and was an answer.</summary>
    public bool IsComplete => _phase == Phase.Complete;

    /// <summary>Where the next bytes go.</summary>
    /// <exception cref="ThunderStackCloudException">What is not understood yet is too long already.</exception>
    public Memory<byte> GetRoom()
    {
        var kept = _end - _start;
        if (kept >= MaxItemBytes)
        {
            throw CloudAnswer.Failure(call, $"a value of more than {MaxItemBytes / 1024} KiB", Expected);
        }

        var target = kept * 2 > _buffer.Length ? new byte[Math.Min(_buffer.Length * 2, MaxItemBytes + FirstBytes)] : _buffer;
        Buffer.BlockCopy(_buffer, _start, target, 0, kept);
        (_buffer, _start, _end) = (target, 0, kept);
        return _buffer.AsMemory(_end);
    }

    /// <summary>So many bytes were added; none at the end.</summary>
    public void Add(int count)
    {
        _end += count;
        _isFinal = count == 0;
    }

    /// <summary>The next node, if all of it has arrived.</summary>
    /// <exception cref="ThunderStackCloudException">The answer is something else.</exception>
    public bool TryRead([NotNullWhen(true)] out CloudNode? node)
    {
        node = null;
        if (!HasBegun())
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _isFinal, _state);
            if (_phase == Phase.Searching)
            {
                Search(ref reader);
            }

            if (_phase == Phase.Listing)
            {
                node = ReadItem(ref reader);
            }

            if (_phase == Phase.Ending)
            {
                while (reader.Read())
                {
                }

                Keep(reader);
                _phase = _isFinal ? Phase.Complete : Phase.Ending;
            }

            return node is not null;
        }
        catch (JsonException exception) when (exception.Path is { Length: > 1 } path)
        {
            throw CloudAnswer.Failure(call, $"JSON with something else at {path}", Expected);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: text that is not UTF-8, or a lone surrogate.
            throw CloudAnswer.Failure(call, "JSON that cannot be read", Expected);
        }
    }

    private bool HasBegun()
    {
        if (_hasBegun)
        {
            return true;
        }

        var bytes = _buffer.AsSpan(_start, _end - _start);
        if (!_isFinal && bytes.Length < Encoding.UTF8.Preamble.Length)
        {
            return false;
        }

        _start += bytes.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        var text = _buffer.AsSpan(_start, _end - _start).TrimStart(" \t\r\n"u8);
        _start = _end - text.Length;
        _hasBegun = !text.IsEmpty;
        return _hasBegun && text[0] == '<' ? throw CloudAnswer.Failure(call, "HTML", Expected)
            : _hasBegun || !_isFinal ? _hasBegun
            : throw CloudAnswer.Failure(call, "nothing", Expected);
    }

    private void Search(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName when reader.CurrentDepth == 1:
                    (_outer, _inner) = (reader.GetString(), null);
                    break;
                case JsonTokenType.PropertyName when reader.CurrentDepth == 2:
                    _inner = reader.GetString();
                    break;
                case JsonTokenType.StartArray when IsList(reader.CurrentDepth):
                    _phase = Phase.Listing;
                    Keep(reader);
                    reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _isFinal, _state);
                    return;
            }
        }

        Keep(reader);
        if (_isFinal)
        {
            throw CloudAnswer.Failure(call, "other JSON", Expected);
        }
    }

    private bool IsList(int depth) => depth switch
    {
        0 => true,
        1 => _outer is "nodes" or "data",
        2 => _outer is "data" && _inner is "nodes",
        _ => false,
    };

    private CloudNode? ReadItem(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            Keep(reader);
            return null;
        }

        if (reader.TokenType == JsonTokenType.EndArray)
        {
            _phase = Phase.Ending;
            return null;
        }

        var first = _start + (int)reader.TokenStartIndex;
        if (!reader.TrySkip())
        {
            // All of it again, with more.
            return null;
        }

        var item = _buffer.AsSpan(first, _start + (int)reader.BytesConsumed - first);
        Keep(reader);
        return JsonSerializer.Deserialize(item, CloudJsonContext.Default.CloudNode)
            ?? throw CloudAnswer.Failure(call, "JSON with null in place of a node", Expected);
    }

    private void Keep(in Utf8JsonReader reader)
    {
        _start += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
    }
}
