using ThunderStack.Webhooks.Emulator.Control;

namespace ThunderStack.Webhooks.Emulator.Keys;

/// <summary>The public key as the cloud serves it, its rotation, and how it is served from now on.</summary>
internal static class KeyEndpoints
{
    private const string Example = """{"answer":"Pkcs1Pem"}""";

    public static void MapPublicKey(this IEndpointRouteBuilder cloud) =>
        cloud.MapGet("/webhook-public-key", (HttpContext context, PublicKeyDesk desk) => desk.AnswerAsync(context));

    public static void MapKeyControl(this IEndpointRouteBuilder control)
    {
        control.MapPost("/rotate-key", (SigningKey key) => new RotatedKey(key.Rotate()));
        control.MapGet("/key", (PublicKeyDesk desk) => new KeySetting(desk.Answer));
        control.MapPut("/key", SetAsync);
    }

    private static async Task<IResult> SetAsync(HttpRequest http, PublicKeyDesk desk, CancellationToken cancellationToken)
    {
        var read = await ControlRequest<KeySetting>.ReadAsync(http, Example, Problem, cancellationToken);
        if (read.Value?.Answer is not { } answer)
        {
            return read.Refusal;
        }

        desk.Answer = answer;
        return Results.Ok(read.Value);
    }

    private static string? Problem(KeySetting setting) => setting.Answer is null
        ? $"answer is missing: write one of {string.Join(", ", Enum.GetNames<PublicKeyAnswer>())}"
        : null;

    private sealed record RotatedKey(string Data);

    private sealed record KeySetting(PublicKeyAnswer? Answer);
}
