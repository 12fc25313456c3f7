using ThunderStack.Cloud.Transport;

namespace ThunderStack.Webhooks.Notify.Sending;

/// <summary>What must not be in anything that is written down: takes it out of the words of others.</summary>
internal sealed class Secrets
{
    private const int Shortest = 6;

    private readonly string[] _values;

    private Secrets(IEnumerable<string> values) => _values = [.. values.Where(value => value.Length >= Shortest).Distinct().OrderByDescending(value => value.Length)];

    /// <summary>A URL whose path and query give access, whole and in pieces, and whatever else is secret.</summary>
    public static Secrets Of(Uri url, params IEnumerable<string> others) => new(
    [
        url.AbsoluteUri, url.OriginalString, url.PathAndQuery,
        .. url.AbsolutePath.Split('/'), .. url.Query.TrimStart('?').Split('&').SelectMany(pair => pair.Split('=', 2).Skip(1)),
        .. others,
    ]);

    /// <summary>Secrets that are in no URL.</summary>
    public static Secrets Of(params IEnumerable<string> values) => new(values);

    /// <summary>One short line without them, and without what a terminal obeys.</summary>
    public string Clean(string words) =>
        ServerWords.Clean(_values.Aggregate(words, (text, value) => text.Replace(value, "(secret)", StringComparison.OrdinalIgnoreCase)), token: null);
}
