namespace ThunderStack.Webhooks.Dashboard.Components;

/// <summary>How long something takes, in the two units that matter: 3 d 4 h.</summary>
internal static class Span
{
    public static string Of(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => span.TotalMilliseconds < 1 ? "0 s" : $"{span.TotalMilliseconds:0} ms",
        { TotalMinutes: < 1 } => $"{(int)span.TotalSeconds} s",
        { TotalHours: < 1 } => $"{(int)span.TotalMinutes} min",
        { TotalDays: < 1 } => span.Minutes == 0 ? $"{span.Hours} h" : $"{span.Hours} h {span.Minutes} min",
        { TotalDays: < 365 } => span.Hours == 0 ? $"{span.Days} d" : $"{span.Days} d {span.Hours} h",
        _ => $"{span.TotalDays / 365:0.#} y",
    };
}
