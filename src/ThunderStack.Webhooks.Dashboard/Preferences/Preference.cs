using Microsoft.AspNetCore.Http;

namespace ThunderStack.Webhooks.Dashboard.Preferences;

/// <summary>How somebody likes their pages, from two cookies that the script may write, too.</summary>
/// <param name="Theme"><c>light</c> or <c>dark</c>; empty for what their system says.</param>
/// <param name="Zone">The zone that times are shown in.</param>
internal sealed record Preference(string Theme, TimeZoneInfo Zone)
{
    public const string ThemeCookie = "thunderstack-theme";
    public const string ZoneCookie = "thunderstack-zone";

    private const int MaxZoneLength = 64;

    public static Preference Read(HttpRequest request) => new(
        request.Cookies[ThemeCookie] is { } theme and ("light" or "dark") ? theme : "",
        request.Cookies[ZoneCookie] is { } zone && FindZone(zone) is { } found ? found : TimeZoneInfo.Utc);

    /// <summary>A zone by its IANA name; <see langword="null"/> when this machine does not know it.</summary>
    public static TimeZoneInfo? FindZone(string name) =>
        name.Length is > 0 and <= MaxZoneLength && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+')
        && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;
}
