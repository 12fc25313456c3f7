using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Cloud;
using ThunderStack.Webhooks.NativeApp;
using ThunderStack.Webhooks.PostgreSql;
using ThunderStack.Webhooks.Sqlite;

// What of the libraries runs in a program that was compiled ahead of time: NativeApp <PostgreSQL's connection string> <SQLite file>
if (args is not [var connectionString, var file])
{
    Console.Error.WriteLine("NativeApp <connection string> <file>");
    return 2;
}

await using (var services = Build(builder => builder.UsePostgreSqlInbox(connectionString)))
{
    var inbox = services.GetRequiredService<PostgreSqlInbox>();
    await inbox.OpenAsync(CancellationToken.None);
    await RoundTrip.RunAsync("PostgreSQL", inbox, inbox);
    await inbox.CloseAsync();
}

await using (var services = Build(builder => builder.UseSqliteInbox(file)))
{
    var inbox = services.GetRequiredService<SqliteInbox>();
    await inbox.OpenAsync(CancellationToken.None);
    await RoundTrip.RunAsync("SQLite", inbox, inbox);
    await inbox.CloseAsync();

    // Nothing listens there: the client is built, asks, and reports a failure that it knows.
    try
    {
        await services.GetRequiredService<ThunderStackCloudClient>().GetWebhookPublicKeyAsync(CancellationToken.None);
    }
    catch (ThunderStackCloudException exception)
    {
        Console.WriteLine($"Cloud: {exception.Message}");
    }
}

return 0;

static ServiceProvider Build(Action<ThunderStackWebhooksBuilder> select)
{
    var services = new ServiceCollection();
    services.AddLogging();
    services.AddThunderStackCloud(options =>
    {
        options.BaseAddress = "http://127.0.0.1:9/";
        options.ApiToken = "none";
    });
    select(services.AddThunderStackWebhooksCore(new ConfigurationBuilder().AddEnvironmentVariables().Build()));
    return services.BuildServiceProvider();
}
