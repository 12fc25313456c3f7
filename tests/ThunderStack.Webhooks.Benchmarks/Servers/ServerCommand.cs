using System.Diagnostics;
using System.Reflection;

namespace ThunderStack.Webhooks.Benchmarks.Servers;

/// <summary>The command line, and the environment, that start each variant.</summary>
internal static class ServerCommand
{
    public static void Add(ProcessStartInfo start, Variant variant, int port, string folder)
    {
        // Where a program is, is where its settings are. Not where the data is: the host watches this folder for changes.
        start.WorkingDirectory = variant.IsReceiverProgram ? Path.GetDirectoryName(Receiver)! : AppContext.BaseDirectory;
        if (variant.IsReceiverProgram)
        {
            // As its container does: everything by the environment, Production because nothing says otherwise.
            Add(start, "dotnet", Receiver);
            start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
            foreach (var (key, value) in ReceiverServer.Settings(folder))
                start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
            if (variant.UsesPostgreSql)
            {
                start.Environment["ThunderStack__Inbox__Provider"] = "PostgreSql";
                start.Environment["ThunderStack__Inbox__ConnectionString"] = File.ReadAllText(Path.Combine(folder, ServeCommand.PostgreSqlFile));
            }
        }
        else if (variant == Variant.Node)
        {
            Add(start, "node", Path.Combine(AppContext.BaseDirectory, "Servers", "node-http.mjs"), $"{port}", Path.Combine(folder, ServeCommand.PublicKeyFile));
        }
        else
        {
            Add(start, Path.Combine(AppContext.BaseDirectory, typeof(ServerCommand).Assembly.GetName().Name!), "serve", variant.Name, $"{port}", folder);
        }
    }

    private static string Receiver => Path.GetFullPath(
        typeof(ServerCommand).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "Receiver").Value!,
        AppContext.BaseDirectory);

    private static void Add(ProcessStartInfo start, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
            start.ArgumentList.Add(word);
    }
}
