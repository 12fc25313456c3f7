using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ThunderStack.Webhooks.Dashboard.Access;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Management.Tests;

namespace ThunderStack.Webhooks.Dashboard.Tests.Access;

/// <summary>Data protection with its keys in the inbox.</summary>
public sealed class CookieKeyRepositoryTests
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_one_replica_protects_another_one_reads()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        var store = receiver.Services.GetRequiredService<ICookieKeyStore>();

        var cookie = Protector(store).Protect("ops");

        Protector(store).Unprotect(cookie).Should().Be("ops");
        (await store.LoadAsync(None)).Should().ContainSingle().Which.Name.Should().StartWith("key-");
    }

    [Fact]
    public async Task A_key_that_cannot_be_read_hides_no_other()
    {
        await using var receiver = await ManagedReceiver.StartAsync();
        var store = receiver.Services.GetRequiredService<ICookieKeyStore>();
        var repository = new CookieKeyRepository(store, TimeProvider.System, NullLogger<CookieKeyRepository>.Instance);
        await store.SaveAsync(new StoredCookieKey("broken", "<key", DateTimeOffset.UnixEpoch), None);

        repository.StoreElement(new XElement("key", "a & b"), "whole");

        repository.GetAllElements().Should().ContainSingle().Which.Value.Should().Be("a & b");
    }

    private static IDataProtector Protector(ICookieKeyStore store)
    {
        var services = new ServiceCollection();
        services.AddDataProtection().SetApplicationName("test");
        services.Configure<KeyManagementOptions>(
            options => options.XmlRepository = new CookieKeyRepository(store, TimeProvider.System, NullLogger<CookieKeyRepository>.Instance));
        return services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>().CreateProtector("cookie");
    }
}
