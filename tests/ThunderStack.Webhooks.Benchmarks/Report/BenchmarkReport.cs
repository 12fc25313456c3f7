using System.Globalization;
using System.Text;

namespace ThunderStack.Webhooks.Benchmarks.Report;

/// <summary>The result as Markdown, which a console shows as well.</summary>
internal sealed class BenchmarkReport(BenchmarkOptions options, TimeSpan diskSync, IReadOnlyList<Measurement> measurements)
{
    private static readonly string[] Columns =
        ["variant", "events/s", "× verify [min..max]", "sustained/s", "p50 ms", "p95 ms", "p99 ms", "max ms", "CPU µs/event", "RSS MB", "load busy", "disturbed"];

    public IReadOnlyList<Bar> Bars { get; } = Bar.Check(measurements);

    public string ToMarkdown()
    {
        var text = new StringBuilder()
            .AppendLine($"# Benchmark of {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC")
            .AppendLine()
            .AppendLine(CultureInfo.InvariantCulture,
                $"{options.Rounds} rounds of {options.Turns} turns of up to {options.Events / options.Turns} events or {options.Seconds} s, {options.Connections} keep-alive connections in a closed loop;")
            .AppendLine(CultureInfo.InvariantCulture,
                $"server on core {options.ServerCore}, load on core {options.LoadCore}, PostgreSQL on core {options.DatabaseCore}, .NET {Environment.Version}, {options.WarmUp} events to warm up.")
            .AppendLine(CultureInfo.InvariantCulture,
                $"Databases in {options.Data}: a write of 4 KiB and its fdatasync take {diskSync.TotalMicroseconds:F0} µs there (median).")
            .AppendLine()
            .AppendLine("Medians over the turns; ratios are taken turn by turn. \"Sustained\" counts the time until all handlers were done.")
            .AppendLine("\"Disturbed\" is what other processes took of the server's core at worst; with the load busy for near 100 % of the time, it was the limit.")
            .AppendLine();

        AppendTable(text);
        text.AppendLine();
        foreach (var bar in Bars)
            text.AppendLine(CultureInfo.InvariantCulture, $"- {(bar.IsKept ? "PASS" : "FAIL")}  {bar.Promise}: {bar.Measured}");

        text.AppendLine();
        foreach (var variant in options.Variants)
            text.AppendLine(CultureInfo.InvariantCulture, $"- `{variant.Name}`: {variant.Description}");
        return text.ToString();
    }

    private void AppendTable(StringBuilder text)
    {
        string[][] rows = [Columns, .. options.Variants.Select(variant => Row(VariantSummary.Of(variant, measurements)))];
        var widths = Columns.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        AppendRow(text, rows[0], widths);
        AppendRow(text, [.. widths.Select((width, column) => column == 0 ? new string('-', width) : new string('-', width - 1) + ":")], widths);
        foreach (var row in rows.Skip(1))
            AppendRow(text, row, widths);
    }

    private static void AppendRow(StringBuilder text, string[] cells, int[] widths) =>
        text.AppendLine("| " + string.Join(" | ", cells.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))) + " |");

    private static string[] Row(VariantSummary summary)
    {
        string Milliseconds(double quantile) => $"{summary.Median(turn => turn.Load.Latencies.Quantile(quantile).TotalMilliseconds):F2}";

        return
        [
            summary.Variant.Name + (summary.IsValid ? "" : " (INVALID)"),
            $"{summary.Median(turn => turn.Load.Rate):F0}",
            summary.Ratios.Count == 0 ? "" : $"{VariantSummary.Median(summary.Ratios):F2} [{summary.Ratios.Min():F2}..{summary.Ratios.Max():F2}]",
            $"{summary.Median(turn => turn.SustainedRate):F0}",
            Milliseconds(0.5),
            Milliseconds(0.95),
            Milliseconds(0.99),
            $"{summary.Median(turn => turn.Load.Latencies.Max.TotalMilliseconds):F1}",
            $"{summary.Median(turn => turn.ProcessorMicrosecondsPerEvent):F1}",
            $"{summary.Median(turn => turn.ResidentBytes / 1e6):F0}",
            $"{summary.Median(turn => turn.LoadBusy):P0}",
            $"{summary.Turns.Max(turn => turn.Disturbance):P0}",
        ];
    }
}
