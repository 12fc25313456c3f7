using Microsoft.AspNetCore.Http;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Management.Keys;

/// <summary>The public key.</summary>
internal sealed class KeyRoutes(PublicKeyRing ring, TimeProvider time) : IManagementFeature
{
    public void Map(ManagementRoutes routes)
    {
        routes.Map(ManagementRoute.Get<KeyView>("/api/v1/key", "The public key that signatures are checked with."), AnswerAsync);
        routes.Map(ManagementRoute.Change<KeyView>("/api/v1/key/refresh", "key.refresh", "Asks the cloud for its key now."), RefreshAsync);
    }

    private Task AnswerAsync(ManagementCall call) => call.AnswerAsync(KeyView.Of(ring, time.GetUtcNow()));

    private async Task RefreshAsync(ManagementCall call)
    {
        await RefreshAsync(ring, call);
        await AnswerAsync(call);
    }

    /// <summary>Asks the cloud for its key, for somebody.</summary>
    /// <exception cref="ManagementException">It is not asked, or gave none.</exception>
    public static async Task RefreshAsync(PublicKeyRing ring, ManagementCall call)
    {
        if (!ring.Fetches)
        {
            throw ManagementException.Conflict("The key is pinned by ThunderStack:PublicKey:Pinned, so the cloud is not asked; set ThunderStack:PublicKey:AlsoFetch to ask it.");
        }

        var result = await ring.RefreshAsync(call.Cancelled);
        call.Tell("key", result.Key is { } key ? $"the cloud's key is {key.Fingerprint}" : "the cloud gave no key");
        if (result.Key is null)
        {
            throw new ManagementException(StatusCodes.Status502BadGateway, $"The public key could not be fetched: {result.Problem}");
        }
    }
}
