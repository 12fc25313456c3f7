using System.Text;
using ThunderStack.Webhooks.Cli.Sources;

namespace ThunderStack.Webhooks.Cli.Watch;

/// <summary>Reads Server-Sent Events, as the HTML standard has them.</summary>
internal sealed class LiveReader(Stream stream, TimeProvider time)
{
    private const int MaxMessageBytes = 1024 * 1024;

    // The receiver sends a comment every 15 s.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    private readonly LineReader _lines = new(stream, MaxMessageBytes, Patience, time);

    /// <summary>How long the receiver wants readers to wait before they come back.</summary>
    public TimeSpan? Retry { get; private set; }

    /// <summary>The next message; <see langword="null"/> at the end.</summary>
    public async Task<LiveMessage?> ReadAsync(CancellationToken cancellationToken)
    {
        var data = new StringBuilder();
        string? id = null;
        var kind = "message";
        while (await _lines.ReadAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0)
            {
                if (data.Length > 0)
                {
                    return new LiveMessage(id, kind, data.ToString());
                }

                continue;
            }

            var (field, value) = line.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0
                ? (line[..colon], line[(colon + 1)..])
                : (line, "");
            value = value.StartsWith(' ') ? value[1..] : value;
            switch (field)
            {
                case "id":
                    id = value;
                    break;
                case "event":
                    kind = value;
                    break;
                case "data":
                    data.Append(data.Length > 0 ? "\n" : "").Append(value);
                    break;
                case "retry" when int.TryParse(value, out var milliseconds) && milliseconds >= 0:
                    Retry = TimeSpan.FromMilliseconds(milliseconds);
                    break;
            }

            if (data.Length > MaxMessageBytes)
            {
                throw new InvalidDataException($"a message of it is longer than {MaxMessageBytes >> 20} MiB");
            }
        }

        return null;
    }
}
