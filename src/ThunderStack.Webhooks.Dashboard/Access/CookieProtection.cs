using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ThunderStack.Webhooks.Keys;

namespace ThunderStack.Webhooks.Dashboard.Access;

/// <summary>
/// Protects cookies and forms with keys in the inbox's store, so that those of one replica, or of the process before, are good for all.
/// With a store that keeps none, whoever has signed in has to do so again after a restart.
/// </summary>
internal sealed class CookieProtection(TimeProvider time, ILogger<CookieKeyRepository> logger, ICookieKeyStore? store = null)
{
    // By default it is the folder that the program lies in, which may be another one on another machine.
    private const string ApplicationName = "ThunderStack.Webhooks";

    public void AddTo(IServiceCollection server)
    {
        var protection = server.AddDataProtection().SetApplicationName(ApplicationName);
        if (store is null)
        {
            protection.UseEphemeralDataProtectionProvider();
            return;
        }

        // It would read the keys before the store is open. They are read when somebody first opens a page.
        foreach (var eager in server.Where(service =>
            service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Assembly == typeof(KeyManagementOptions).Assembly).ToArray())
        {
            server.Remove(eager);
        }

        server.Configure<KeyManagementOptions>(keys =>
        {
            keys.XmlRepository = new CookieKeyRepository(store, time, logger);

            // Whoever reads the store has everything that a cookie could open.
            keys.XmlEncryptor = new NullXmlEncryptor();
        });
    }
}
