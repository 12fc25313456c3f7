using ThunderStack.Webhooks.Configuration;

namespace ThunderStack.Webhooks.Keys;

/// <summary>Section <c>ThunderStack:PublicKey</c>.</summary>
public sealed class PublicKeyOptions
{
    /// <summary>
    /// Public keys to trust without asking the cloud: PEM, bare base64 DER, or the path of a file with one. With a pin
    /// nothing is fetched, unless <see cref="AlsoFetch"/>.
    /// </summary>
    /// <value>Empty.</value>
    public IList<string> Pinned { get; } = [];

    /// <summary>Whether the cloud's key is fetched and trusted beside the pinned ones.</summary>
    /// <value><see langword="false"/>.</value>
    public bool AlsoFetch { get; set; }

    /// <summary>How often the cloud's key is fetched again in the background, give or take a tenth.</summary>
    /// <value>1 hour.</value>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The least time between two fetches that signatures which did not match have caused.</summary>
    /// <value>30 seconds.</value>
    public TimeSpan RefetchFloor { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the previous key stays valid after a rotation.</summary>
    /// <value>1 hour.</value>
    public TimeSpan PreviousKeyGrace { get; set; } = TimeSpan.FromHours(1);

    internal static readonly IReadOnlyList<Setting> Settings =
    [
        Setting.Trimmed("PublicKey:Pinned:*"),
        Setting.Switch("PublicKey:AlsoFetch", false),
        Setting.Time("PublicKey:RefreshInterval", "01:00:00"),
        Setting.Time("PublicKey:RefetchFloor", "00:00:30"),
        Setting.Time("PublicKey:PreviousKeyGrace", "01:00:00"),
    ];
}
