namespace ThunderStack.Webhooks.Keys;

/// <summary>Where the current public key comes from: ThunderStack Cloud, unless a host puts another in its place.</summary>
public interface IPublicKeySource
{
    /// <summary>
    /// Names the source, so that keys kept from one are never trusted for another; for the cloud, its normalised base address.
    /// </summary>
    string Name { get; }

    /// <summary>Asks for the key. What is returned is not trusted: the key policy judges it.</summary>
    /// <param name="cancellationToken">Cancelled after 5 s.</param>
    /// <returns>The text of the key: PEM or bare base64 DER.</returns>
    /// <exception cref="Exception">
    /// The key could not be had. The message of a <see cref="ThunderStack.Cloud.ThunderStackCloudException"/> is logged.
    /// </exception>
    Task<string> FetchAsync(CancellationToken cancellationToken);
}
