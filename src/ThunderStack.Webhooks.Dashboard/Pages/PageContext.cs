using Microsoft.AspNetCore.Http;
using ThunderStack.Webhooks.Dashboard.Preferences;
using ThunderStack.Webhooks.Management;
using ThunderStack.Webhooks.Management.Access;

namespace ThunderStack.Webhooks.Dashboard.Pages;

/// <summary>What every part of a page may need to know: who looks, when, from where, and how they like it. A component has it as a cascading parameter.</summary>
internal sealed class PageContext
{
    /// <summary>Who looks; <see langword="null"/> when they have not signed in.</summary>
    public required Caller? Caller { get; init; }

    /// <summary>Whether nobody needs a key, since this machine develops.</summary>
    public required bool IsOpen { get; init; }

    /// <summary>The path below which all of this is, without a slash at its end.</summary>
    public required string Base { get; init; }

    /// <summary>Where this page is, with its query and without <see cref="Base"/>: where a form leads back to.</summary>
    public required string Here { get; init; }

    /// <summary>As of when the page is.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>How this person likes it.</summary>
    public required Preference Preference { get; init; }

    /// <summary>The token that every form has to send back.</summary>
    public required string FormToken { get; init; }

    /// <summary>What to tell them of what they did on the page before.</summary>
    public Notice? Notice { get; init; }

    /// <summary>The addresses of style sheet and script.</summary>
    public required string StyleSheet { get; init; }

    public required string Script { get; init; }

    /// <summary>How many conditions are open, and how many of them are about dead letters; 0 when the inbox does not say.</summary>
    public int Conditions { get; init; }

    public int DeadLetterConditions { get; init; }

    /// <summary>Whether this person may change things, and so sees buttons.</summary>
    public bool MayOperate => Caller?.May(ManagementRole.Operate) == true;

    /// <summary>The address of a page, from its path: <c>/nodes</c>.</summary>
    public string Link(string path) => Base + path;

    /// <summary>The same with a query of what is given; what is <see langword="null"/> or empty is left out.</summary>
    public string Link(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var link = new System.Text.StringBuilder(Base).Append(path);
        var mark = '?';
        foreach (var (name, value) in query)
        {
            if (!string.IsNullOrEmpty(value))
            {
                link.Append(mark).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                mark = '&';
            }
        }

        return link.ToString();
    }

    /// <summary>The page of a node.</summary>
    public string NodeLink(string id, string suffix = "") => Link($"/nodes/{Uri.EscapeDataString(id)}{suffix}");

    /// <summary>The page of an event.</summary>
    public string EventLink(string id) => Link($"/events/{id}");

    /// <summary>An instant in the zone of whoever looks.</summary>
    public DateTimeOffset In(DateTime instant) => TimeZoneInfo.ConvertTime(new DateTimeOffset(DateTime.SpecifyKind(instant, DateTimeKind.Utc)), Preference.Zone);

    /// <summary>Where a request came from, without what cannot be led back to.</summary>
    public static string HereOf(HttpRequest request) => HttpMethods.IsGet(request.Method) ? request.Path + request.QueryString.Value : "/";
}
