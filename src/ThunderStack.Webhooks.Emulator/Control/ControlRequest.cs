using System.Text.Json;
using System.Text.Json.Serialization;

namespace ThunderStack.Webhooks.Emulator.Control;

/// <summary>A request to the control API: what was asked, or what is wrong with it.</summary>
internal readonly record struct ControlRequest<T>(T? Value, string? Problem)
    where T : class
{
    // A misspelt member would otherwise silently mean its default.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    /// <summary>The answer to a request that has a problem: 400 that says what to write.</summary>
    public IResult Refusal => Results.Problem(Problem, statusCode: StatusCodes.Status400BadRequest);

    /// <summary>Reads the body by hand: curl -d calls it a form, and whoever mistypes it should be told what is wrong.</summary>
    public static async Task<ControlRequest<T>> ReadAsync(
        HttpRequest http, string example, Func<T, string?> problemOf, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await http.Body.CopyToAsync(buffer, cancellationToken);
        try
        {
            var read = JsonSerializer.Deserialize<T>(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), Json);
            return read is null ? new(null, $"The body is null: send JSON such as {example}.")
                : problemOf(read) is { } problem ? new(null, $"{problem}.")
                : new(read, null);
        }
        catch (JsonException error)
        {
            var where = error.Path is { Length: > 2 } path ? $" '{path[2..]}'" : "";
            var members = string.Join(", ", Json.GetTypeInfo(typeof(T)).Properties.Select(property => property.Name));
            return new(null, $"The body{where} is not what was expected: send JSON such as {example}; its members are {members}.");
        }
    }
}
