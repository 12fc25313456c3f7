using Microsoft.AspNetCore.Http;

namespace ThunderStack.Webhooks.Dashboard.Text;

/// <summary>The state of a page, which is its query: what is not empty, in the order in which the page takes it.</summary>
internal sealed class PageQuery
{
    private const string Cursor = "cursor";

    private readonly IReadOnlyList<KeyValuePair<string, string>> _values;

    private PageQuery(IEnumerable<KeyValuePair<string, string>> values) => _values = [.. values.Where(value => value.Value.Length > 0)];

    /// <summary>Whether there is any but the place in the list.</summary>
    public bool IsEmpty => Filters.Count == 0;

    /// <summary>All but the place in the list.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Filters => [.. _values.Where(value => value.Key != Cursor)];

    /// <summary>A value; empty when it is not there.</summary>
    public string this[string name] => _values.FirstOrDefault(value => value.Key == name).Value ?? "";

    public static PageQuery Of(HttpRequest request, IEnumerable<string> names) =>
        new(names.Select(name => KeyValuePair.Create(name, request.Query[name].ToString())));

    public static PageQuery Of(params (string Name, string? Value)[] values) =>
        new(values.Select(value => KeyValuePair.Create(value.Name, value.Value ?? "")));

    /// <summary>The same without one filter, at the beginning of the list.</summary>
    public PageQuery Without(string name) => new(Filters.Where(value => value.Key != name));

    /// <summary>The same with one value in place of that before.</summary>
    public PageQuery With(string name, string? value) => new(_values.Where(other => other.Key != name).Append(KeyValuePair.Create(name, value ?? "")));

    /// <summary>What stands behind the path: <c>?node=a&amp;status=FAILED</c>, or nothing.</summary>
    public override string ToString() => QueryString.Create(_values.Select(value => KeyValuePair.Create(value.Key, (string?)value.Value))).ToString();
}
