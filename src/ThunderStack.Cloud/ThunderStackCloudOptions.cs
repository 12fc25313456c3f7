namespace ThunderStack.Cloud;

/// <summary>How to reach ThunderStack Cloud: section <c>ThunderStack:Cloud</c>.</summary>
public sealed class ThunderStackCloudOptions
{
    /// <summary>The cloud's address; paths such as <c>/api/webhook-public-key</c> are added to it.</summary>
    /// <value><c>https://cloud-api.thunderstack.org</c>; the test cloud is <c>https://cloud-api.test.thunderstack.org</c>.</value>
    public string BaseAddress { get; set; } = "https://cloud-api.thunderstack.org";

    /// <summary>The API token, sent as <c>Authorization: Bearer</c> to <see cref="BaseAddress"/> only; never logged.</summary>
    /// <value><see langword="null"/>: none is sent.</value>
    public string? ApiToken { get; set; }
}
