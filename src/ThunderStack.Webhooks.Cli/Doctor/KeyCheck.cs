using ThunderStack.Cloud;
using ThunderStack.Webhooks.Cli.Cloud;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Cli.Doctor;

/// <summary>Whether the cloud serves a key that can be used, and whether it is the one that is pinned.</summary>
internal static class KeyCheck
{
    public const string Name = "key";

    public static async Task<Finding> RunAsync(ReceiverSettings settings, CloudSession cloud, CancellationToken cancellationToken)
    {
        var pinned = settings.PublicKey.Pinned.Select(PublicKeyPolicy.ReadPinned).Where(judged => judged.IsAdmitted).Select(judged => judged.Key!).ToList();
        PublicKeyPolicyResult judged;
        try
        {
            judged = PublicKeyPolicy.Parse(await cloud.AskAsync((client, token) => client.GetWebhookPublicKeyAsync(token), cancellationToken));
        }
        catch (ThunderStackCloudException exception)
        {
            return pinned.Count > 0 && !settings.PublicKey.AlsoFetch
                ? Finding.Skip(Name, $"pinned, and cannot be compared with the cloud's. {exception.Message}")
                : Finding.Fail(Name, exception.Message, $"until then the receiver verifies with its last good key, or answers 503; or pin the key (key pin)");
        }

        if (!judged.IsAdmitted)
        {
            return Finding.Fail(Name, $"the cloud at {cloud.Address} serves no usable key. {judged.Message}", "check Cloud:BaseAddress, and pin the key of the settings page meanwhile");
        }

        return pinned.Count == 0 || pinned.Any(key => key.Fingerprint == judged.Key.Fingerprint) || settings.PublicKey.AlsoFetch
            ? Finding.Pass(Name, $"{judged.Key.Fingerprint}, {judged.Key.SizeInBits} bits{(pinned.Count == 0 ? "" : ", pinned")}")
            : Finding.Fail(
                Name,
                $"the cloud signs with {judged.Key.Fingerprint}, and pinned is {string.Join(", ", pinned.Select(key => key.Fingerprint))}: its events are answered 403",
                "compare with the node's settings page, then pin that key too (thunderstack key pin)");
    }
}
