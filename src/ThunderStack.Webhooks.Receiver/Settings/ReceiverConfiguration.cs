using Microsoft.Extensions.Configuration.Json;

namespace ThunderStack.Webhooks.Receiver.Settings;

/// <summary>Where settings come from. The later wins: files, the environment, the command line, secrets as files.</summary>
internal static class ReceiverConfiguration
{
    // The framework would watch the whole tree below the program's folder for its two files.
    private const string WithoutWatches = "--hostBuilder:reloadConfigOnChange=false";

    /// <summary>The framework's builder, with the program's own folder for the files that come with it, wherever it is started.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { Args = [WithoutWatches, .. args], ContentRootPath = AppContext.BaseDirectory });
        var sources = builder.Configuration.Sources;
        var place = sources.TakeWhile(source => source is not JsonConfigurationSource).Count();
        foreach (var file in sources.OfType<JsonConfigurationSource>().ToList())
        {
            sources.Remove(file);
        }

        PolledFiles[] polled =
        [
            SettingsFiles.Create(builder.Environment, builder.Configuration[SettingsFiles.DirectoryKey]),
            SecretFiles.Create(builder.Configuration[SecretFiles.DirectoryKey]),
        ];
        sources.Insert(place, polled[0]);
        sources.Add(polled[1]);
        builder.Services.AddSingleton<IReadOnlyList<PolledFiles>>(polled);
        builder.Services.AddSingleton<SettingsChanges>();
        builder.Services.AddHostedService<SettingsPolling>();
        return builder;
    }

    /// <summary>A folder that was named has to be there; the ones that are looked for need not.</summary>
    public static IEnumerable<string> Problems(IConfiguration configuration) =>
        from key in (string[])[SettingsFiles.DirectoryKey, SecretFiles.DirectoryKey]
        let named = configuration[key]
        where named is not null && !Directory.Exists(named)
        select $"{key} is \"{named}\", which is not a folder that can be read: write the one with "
            + (key == SettingsFiles.DirectoryKey ? "the settings files." : "a file for each secret.");
}
