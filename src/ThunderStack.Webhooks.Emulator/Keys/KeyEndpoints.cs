namespace ThunderStack.Webhooks.Emulator.Keys;

/// <summary>The public key as the cloud serves it, and its rotation.</summary>
internal static class KeyEndpoints
{
    public static void MapPublicKey(this IEndpointRouteBuilder cloud) =>
        cloud.MapGet("/webhook-public-key", (SigningKey key) => new PublicKeyAnswer(key.PublicKeyPem));

    public static void MapKeyRotation(this IEndpointRouteBuilder control) =>
        control.MapPost("/rotate-key", (SigningKey key) => new PublicKeyAnswer(key.Rotate()));

    private sealed record PublicKeyAnswer(string Data);
}
