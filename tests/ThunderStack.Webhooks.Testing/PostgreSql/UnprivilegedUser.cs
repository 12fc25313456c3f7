using System.Diagnostics;

namespace ThunderStack.Webhooks.Testing.PostgreSql;

/// <summary>Whom servers run as that refuse to run as root.</summary>
internal static class UnprivilegedUser
{
    /// <summary>What comes before a command so that this user runs it; nothing, for who is not root.</summary>
    public static string[] Prefix => Environment.UserName == "root"
        ? ["setpriv", $"--reuid={Name}", $"--regid={Name}", "--clear-groups"]
        : [];

    private static string Name { get; } =
        File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "65534";

    /// <summary>Gives this user a folder.</summary>
    public static async Task OwnAsync(DirectoryInfo folder)
    {
        if (Prefix.Length > 0)
        {
            using var chown = Process.Start("chown", [Name, folder.FullName]);
            await chown.WaitForExitAsync();
        }
    }
}
