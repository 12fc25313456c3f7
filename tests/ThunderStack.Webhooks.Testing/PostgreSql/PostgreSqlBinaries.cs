using System.Globalization;

namespace ThunderStack.Webhooks.Testing.PostgreSql;

/// <summary>The PostgreSQL server programs of this machine.</summary>
public static class PostgreSqlBinaries
{
    private const string DebianRoot = "/usr/lib/postgresql";

    /// <summary>The folder with <c>initdb</c> and <c>postgres</c>, of the newest version; <see langword="null"/> when there is none.</summary>
    public static string? Folder { get; } = Find();

    private static string? Find()
    {
        var debian = Directory.Exists(DebianRoot)
            ? Directory.GetDirectories(DebianRoot)
                .OrderByDescending(path => double.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var version) ? version : 0)
                .Select(path => Path.Combine(path, "bin"))
            : [];
        var search = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return debian.Concat(search).FirstOrDefault(path => File.Exists(Path.Combine(path, "initdb")) && File.Exists(Path.Combine(path, "postgres")));
    }
}
