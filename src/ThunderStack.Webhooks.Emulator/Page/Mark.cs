using System.Globalization;
using ThunderStack.Webhooks.Emulator.NodeApi;

namespace ThunderStack.Webhooks.Emulator.Page;

/// <summary>A status as the dashboard shows it: a colour, a shape and its word.</summary>
internal static class Mark
{
    private const string Disc = "<circle cx='6' cy='6' r='4.5' class='fill'/>";
    private const string Half = "<circle cx='6' cy='6' r='4' class='line'/><path d='M6 2a4 4 0 0 1 0 8z' class='fill'/>";
    private const string Bars = "<path d='M3 2h2v8H3zM7 2h2v8H7z' class='fill'/>";
    private const string Triangle = "<path d='M6 1.25 11.25 10.5H.75z' class='fill'/>";
    private const string Lock = "<path d='M2.5 5.5h7v5h-7z' class='fill'/><path d='M4 5.5V4a2 2 0 0 1 4 0v1.5' class='line'/>";
    private const string Ring = "<circle cx='6' cy='6' r='4' class='line'/>";
    private const string Diamond = "<path d='M6 .75 11.25 6 6 11.25.75 6z' class='fill'/>";
    private const string Dash = "<path d='M2 6h8' class='line'/>";

    /// <summary>A node's status.</summary>
    public static Html OfStatus(string? status) => status switch
    {
        "RUNNING" => Of("green", Disc, status),
        "STARTING" => Of("blue", Half, status),
        "IN_PROGRESS" => Of("violet", Half, status),
        "PAUSED" => Of("grey", Bars, status),
        "FAILED" => Of("red", Triangle, status),
        null => Of("grey", Dash, "none"),
        _ => Of("grey", Ring, status),
    };

    /// <summary>Whether its wallet is unlocked.</summary>
    public static Html OfWallet(NodeError? refusal) =>
        refusal is null ? Of("green", Disc, "ready")
        : refusal == NodeError.ChangingState ? Of("blue", Half, "changing")
        : Of("amber", Lock, "locked");

    /// <summary>What a receiver answered: taken, refused, or not now.</summary>
    public static Html OfAnswer(int status) => Of(
        status switch { >= 200 and < 300 => "green", >= 400 and < 500 => "red", _ => "amber" },
        status switch { >= 200 and < 300 => Disc, >= 400 and < 500 => Triangle, _ => Diamond },
        status.ToString(CultureInfo.InvariantCulture));

    public static Html NoAnswer(string error) => Of("red", Triangle, error);

    public static Html NotSent(string why) => Of("blue", Ring, why);

    public static Html OfFault(string fault) => Of("amber", Diamond, fault);

    private static Html Of(string colour, string shape, string word) => new(
        $"<span class=\"status {colour}\"><svg class=\"mark\" viewBox=\"0 0 12 12\" aria-hidden=\"true\">{shape}</svg><span>{Html.Encode(word)}</span></span>");
}
