using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using ThunderStack.Webhooks.Dashboard.Components;

namespace ThunderStack.Webhooks.Dashboard.Nodes;

/// <summary>Draws how a node was over time, as SVG: widths are attributes, since a page has no inline style.</summary>
internal static class TimelineDrawing
{
    private const int Width = 1_000;
    private const int BandHeight = 28;
    private const int StripHeight = 6;

    // In a band 1,280 wide a little more than two pixels; what is narrower nobody could point at.
    private const double Narrowest = 2;

    /// <summary>A strip for a card, to be seen and not to be pointed at.</summary>
    public static string Strip(IReadOnlyList<Stretch> stretches, DateTime from, DateTime to)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class='strip' viewBox='0 0 {Width} {StripHeight}' preserveAspectRatio='none' role='img' aria-label='{Summary(stretches)}'>");
        foreach (var stretch in Merge(stretches, from, to))
        {
            var (x, width) = PlaceOf(stretch, from, to);
            svg.Append(CultureInfo.InvariantCulture, $"<rect class='{Tone.ColourOf(stretch.Status)}' x='{x:0.##}' width='{width:0.##}' height='{StripHeight}'/>");
        }

        return svg.Append("</svg>").ToString();
    }

    /// <summary>The band of a node's page: every stretch says its times and leads to its event.</summary>
    public static string Band(IReadOnlyList<Stretch> stretches, DateTime from, DateTime to, int ticks, PageContext page)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class='band' viewBox='0 0 {Width} {BandHeight}' preserveAspectRatio='none' role='group' aria-label='Timeline'>");
        foreach (var stretch in Merge(stretches, from, to))
        {
            var (x, width) = PlaceOf(stretch, from, to);
            var words = HtmlEncoder.Default.Encode(WordsOf(stretch, page));
            var rect = string.Create(CultureInfo.InvariantCulture, $"<rect class='{Tone.ColourOf(stretch.Status)}' x='{x:0.##}' width='{width:0.##}' height='{BandHeight}'><title>{words}</title></rect>");
            svg.Append(stretch.EventId is { } id ? $"<a href='{page.EventLink(id)}' aria-label='{words}'>{rect}</a>" : rect);
        }

        for (var i = 1; i < ticks; i++)
        {
            var x = (double)Width * i / ticks;
            svg.Append(CultureInfo.InvariantCulture, $"<path class='tick' d='M{x:0.#} 0v{BandHeight}'/>");
        }

        return svg.Append("</svg>").ToString();
    }

    /// <summary>A bar for a share of a whole.</summary>
    public static string Share(double share, string status) => string.Create(
        CultureInfo.InvariantCulture,
        $"<svg class='strip' viewBox='0 0 {Width} {StripHeight}' preserveAspectRatio='none' aria-hidden='true'><rect class='{Tone.ColourOf(status)}' width='{Width * Math.Clamp(share, 0, 1):0.##}' height='{StripHeight}'/></svg>");

    // What is narrower than two pixels is drawn with its neighbours, in the colour of the worst of them.
    internal static IReadOnlyList<Stretch> Merge(IReadOnlyList<Stretch> stretches, DateTime from, DateTime to)
    {
        var merged = new List<Stretch>();
        foreach (var stretch in stretches)
        {
            var isNarrow = WidthOf(stretch, from, to) < Narrowest;
            if (merged is [.., var last] && isNarrow && last.To == stretch.From && (last.Count > 1 || WidthOf(last, from, to) < Narrowest))
            {
                var worse = RankOf(stretch.Status) < RankOf(last.Status) ? stretch.Status : last.Status;
                merged[^1] = new Stretch(worse, last.From, stretch.To, null, last.Count + 1);
            }
            else
            {
                merged.Add(stretch);
            }
        }

        return merged;
    }

    private static string Summary(IReadOnlyList<Stretch> stretches) => stretches.Count == 0
        ? "nothing is known of the last 24 h"
        : HtmlEncoder.Default.Encode("last 24 h: " + string.Join(", ", stretches
            .GroupBy(stretch => stretch.Status)
            .Select(group => (Status: group.Key, Time: TimeSpan.FromTicks(group.Sum(stretch => (stretch.To - stretch.From).Ticks))))
            .OrderByDescending(entry => entry.Time)
            .Take(3)
            .Select(entry => $"{entry.Status} {Span.Of(entry.Time)}")));

    private static string WordsOf(Stretch stretch, PageContext page)
    {
        var times = $"{page.In(stretch.From):d MMM HH:mm:ss} to {page.In(stretch.To):d MMM HH:mm:ss}, {Span.Of(stretch.To - stretch.From)}";
        return stretch.Count > 1 ? $"{stretch.Count} changes, {stretch.Status} among them, {times}" : $"{stretch.Status}, {times}";
    }

    private static double WidthOf(Stretch stretch, DateTime from, DateTime to) => Width * (stretch.To - stretch.From) / (to - from);

    private static (double X, double Width) PlaceOf(Stretch stretch, DateTime from, DateTime to) =>
        (Width * ((stretch.From - from) / (to - from)), Math.Max(WidthOf(stretch, from, to), Narrowest));

    private static int RankOf(string status) => status switch
    {
        "FAILED" => 0,
        "PAUSED" => 1,
        "IN_PROGRESS" => 2,
        "STARTING" => 3,
        "RUNNING" => 9,
        _ => 5,
    };
}
