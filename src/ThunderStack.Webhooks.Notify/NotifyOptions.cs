using Microsoft.Extensions.Configuration;
using ThunderStack.Webhooks.Configuration;

namespace ThunderStack.Webhooks.Notify;

/// <summary>What all notifiers have in common.</summary>
internal sealed class NotifyOptions
{
    public static readonly IReadOnlyList<Setting> Settings = [Setting.WebUrl("Management:PublicUrl", "https://ops.example.com/thunderstack")];

    /// <summary>Where people reach the receiver's pages.</summary>
    public Uri? PublicUrl { get; set; }

    public static void Bind(NotifyOptions options, IConfiguration section) =>
        options.PublicUrl = Uri.TryCreate(section["Management:PublicUrl"], UriKind.Absolute, out var url) ? url : null;
}
