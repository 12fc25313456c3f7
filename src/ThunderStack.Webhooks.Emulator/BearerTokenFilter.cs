using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Emulator;

/// <summary>Lets calls of the cloud's API through when they carry the token, if there is one.</summary>
internal sealed class BearerTokenFilter(IOptions<EmulatorOptions> options) : IEndpointFilter
{
    private readonly byte[]? _expected = options.Value.ApiToken is { } token ? Encoding.UTF8.GetBytes($"Bearer {token}") : null;

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var given = Encoding.UTF8.GetBytes(context.HttpContext.Request.Headers.Authorization.ToString());
        return _expected is null || CryptographicOperations.FixedTimeEquals(given, _expected)
            ? next(context)
            : ValueTask.FromResult<object?>(Results.Json(new { message = "Unauthorized" }, statusCode: StatusCodes.Status401Unauthorized));
    }
}
