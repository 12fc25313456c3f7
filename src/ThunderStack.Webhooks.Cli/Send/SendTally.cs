using System.Diagnostics;

namespace ThunderStack.Webhooks.Cli.Send;

/// <summary>Counts answers as they come, from any thread.</summary>
internal sealed class SendTally(Uri url)
{
    private const int KeptEvents = 1_000;

    private readonly Lock _gate = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly SortedDictionary<string, int> _answers = new(StringComparer.Ordinal);
    private readonly List<SentEvent> _events = [];
    private readonly List<float> _milliseconds = [];
    private int _asExpected;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _milliseconds.Count;
            }
        }
    }

    public void Add(SentEvent sent)
    {
        lock (_gate)
        {
            var answer = sent.HttpStatus?.ToString() ?? "none";
            _answers[answer] = _answers.GetValueOrDefault(answer) + 1;
            _asExpected += sent.AsExpected ? 1 : 0;
            _milliseconds.Add((float)sent.Milliseconds);
            if (_events.Count < KeptEvents)
            {
                _events.Add(sent);
            }
        }
    }

    public SendReport ToReport()
    {
        lock (_gate)
        {
            _milliseconds.Sort();
            return new SendReport(
                url.AbsoluteUri,
                _milliseconds.Count,
                _asExpected,
                Math.Round(_milliseconds.Count / Stopwatch.GetElapsedTime(_started).TotalSeconds, 1),
                At(0.5),
                At(0.99),
                _answers,
                [.. _events.OrderBy(sent => sent.Number).ThenBy(sent => sent.Kind)]);
        }
    }

    private double At(double share) =>
        _milliseconds.Count == 0 ? 0 : Math.Round(_milliseconds[(int)Math.Min(_milliseconds.Count - 1, share * _milliseconds.Count)], 1);
}
