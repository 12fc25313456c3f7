namespace ThunderStack.Webhooks.Dashboard.Components;

/// <summary>The colour and the shape of every status. The same status looks the same everywhere; the colour never says it alone.</summary>
internal static class Tone
{
    private const string Disc = "<circle cx='6' cy='6' r='4.5' class='fill'/>";
    private const string Half = "<circle cx='6' cy='6' r='4' class='line'/><path d='M6 2a4 4 0 0 1 0 8z' class='fill'/>";
    private const string Bars = "<path d='M3 2h2v8H3zM7 2h2v8H7z' class='fill'/>";
    private const string Triangle = "<path d='M6 1.25 11.25 10.500H.750z' class='fill'/>";
    private const string Lock = "<path d='M2.5 5.500h7v5h-7z' class='fill'/><path d='M4 5.500V4a2 2 0 0 1 4 0v1.5' class='line'/>";
    private const string Ring = "<circle cx='6' cy='6' r='4' class='line'/>";
    private const string Cross = "<path d='m2.5 2.5 7 7M9.5 2.500l-7 7' class='line'/>";
    private const string Diamond = "<path d='M6 .75 11.25 6 6 11.25.75 6z' class='fill'/>";
    private const string Dash = "<path d='M2 6h8' class='line'/>";

    /// <summary>The class and the drawing of a status.</summary>
    public static (string Colour, string Shape) Of(string? status) => status switch
    {
        "RUNNING" or "ready" or "ok" or "succeeded" => ("green", Disc),
        "STARTING" or "scheduled" or "changing" => ("blue", Half),
        "IN_PROGRESS" => ("violet", Half),
        "PAUSED" or "paused" => ("grey", Bars),
        "FAILED" or "deadLettered" or "critical" or "failing" => ("red", Triangle),
        "locked" => ("amber", Lock),
        "unreachable" => ("red", Cross),
        "warning" or "uninitialized" or "unauthorized" => ("amber", Diamond),
        "info" or "pending" => ("blue", Ring),
        "discarded" or "superseded" or "filtered" => ("grey", Dash),
        _ => ("grey", Ring),
    };

    /// <summary>The class that a segment of a timeline has.</summary>
    public static string ColourOf(string? status) => Of(status).Colour;

    /// <summary>A state as people write it: dead letter for deadLettered.</summary>
    public static string WordOf(string status) => status switch
    {
        "deadLettered" => "dead letter",
        _ => status,
    };
}
