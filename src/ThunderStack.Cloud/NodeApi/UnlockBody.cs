using System.Text;
using System.Text.Json;

namespace ThunderStack.Cloud.NodeApi;

/// <summary>The body of <c>/unlock</c>: JSON with a place for the password. Builds of the node differ in what else they want there.</summary>
public static class UnlockBody
{
    /// <summary>Where the password belongs in a template.</summary>
    public const string Place = "{{password}}";

    /// <summary>The body of a node that wants nothing else.</summary>
    public const string Default = """{"password":"{{password}}"}""";

    /// <summary>What is wrong with a template, beginning with a verb, if anything. Does not repeat it: it may hold other passwords.</summary>
    /// <param name="template">The JSON with <see cref="Place"/> in it.</param>
    public static string? ProblemOf(string template)
    {
        ArgumentNullException.ThrowIfNull(template);
        if (!template.Contains(Place, StringComparison.Ordinal))
        {
            return $"has no {Place} where the password belongs";
        }

        try
        {
            using var body = JsonDocument.Parse(Write(template, "p"));
            return body.RootElement.ValueKind == JsonValueKind.Object ? null : "is no JSON object";
        }
        catch (JsonException)
        {
            return $"is no JSON object with \"{Place}\" as text in it";
        }
    }

    /// <summary>The body with the password in its place, whatever characters it has.</summary>
    /// <param name="template">The JSON with <see cref="Place"/> in it.</param>
    /// <param name="password">The password.</param>
    public static byte[] Write(string template, string password)
    {
        ArgumentNullException.ThrowIfNull(template);
        return Encoding.UTF8.GetBytes(template.Replace(Place, JsonEncodedText.Encode(password).ToString(), StringComparison.Ordinal));
    }
}
