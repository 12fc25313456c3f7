using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Dashboard.Access;

/// <summary>
/// The keys of data protection in the inbox's store: replicas share them, and no file system has to be writable. Data protection asks
/// for them rarely, on whatever thread needs them, and waits.
/// </summary>
internal sealed partial class CookieKeyRepository(ICookieKeyStore store, TimeProvider time, ILogger<CookieKeyRepository> logger) : IXmlRepository
{
    // Somebody waits for a page meanwhile.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Every key that can be read; of the others the log says the name.</summary>
    public IReadOnlyCollection<XElement> GetAllElements() =>
        [.. Wait(store.LoadAsync).Select(Read).OfType<XElement>()];

    public void StoreElement(XElement element, string friendlyName)
    {
        ArgumentNullException.ThrowIfNull(element);
        var name = string.IsNullOrEmpty(friendlyName) ? $"key-{Guid.NewGuid()}" : friendlyName;
        var key = new StoredCookieKey(name, element.ToString(SaveOptions.DisableFormatting), time.GetUtcNow());
        Wait(async cancellationToken =>
        {
            await store.SaveAsync(key, cancellationToken).ConfigureAwait(false);
            return true;
        });
    }

    private XElement? Read(StoredCookieKey key)
    {
        try
        {
            return XElement.Parse(key.Xml);
        }
        catch (XmlException exception)
        {
            Log.Unreadable(logger, key.Name, exception);
            return null;
        }
    }

    // Not on this thread's context: a store's own continuations must not wait for it.
    private static T Wait<T>(Func<CancellationToken, Task<T>> ask)
    {
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        return Task.Run(() => ask(limit.Token)).GetAwaiter().GetResult();
    }

    private static partial class Log
    {
        [LoggerMessage(1202, LogLevel.Error, "The key {Name}, which protects cookies, cannot be read: who signed in with it has to sign in again")]
        public static partial void Unreadable(ILogger logger, string name, Exception exception);
    }
}
