using System.Reflection;

namespace ThunderStack.Webhooks.EndToEnd.Processes;

/// <summary>Where the programs are that were built with these tests, and what they were built from.</summary>
internal static class BuiltProgram
{
    /// <summary>Names a receiver to test in place of the one that was built along: a published <c>.dll</c>.</summary>
    private const string ReceiverVariable = "THUNDERSTACK_RECEIVER";

    private const string ReceiverBeforeVariable = "THUNDERSTACK_RECEIVER_BEFORE";

    /// <summary>Whether the receiver under test is a published one, which has to meet its figures to the letter.</summary>
    public static bool IsPublishedReceiver => Environment.GetEnvironmentVariable(ReceiverVariable) is { Length: > 0 };

    public static string Receiver =>
        IsPublishedReceiver ? Environment.GetEnvironmentVariable(ReceiverVariable)! : Find("ThunderStack.Webhooks.Receiver");

    /// <summary>The receiver that an upgrade begins with: the one under test, unless somebody names one of the version before.</summary>
    public static string ReceiverBefore =>
        Environment.GetEnvironmentVariable(ReceiverBeforeVariable) is { Length: > 0 } program ? program : Receiver;

    public static string Emulator => Find("ThunderStack.Webhooks.Emulator");

    public static string Demo => Find("ThunderStack.Webhooks.Demo");

    /// <summary>The folder of the source projects.</summary>
    public static string Projects => Metadata("Programs");

    /// <summary>The folder of the README.</summary>
    public static string Repository => Path.GetFullPath(Path.Combine(Projects, ".."));

    /// <summary>What all was built as, such as <c>Debug</c>.</summary>
    public static string Configuration => Metadata("Configuration");

    /// <summary>The folder of packages that the build restored from.</summary>
    public static string PackageFolder => Metadata("PackageFolder");

    private static string Find(string project)
    {
        var path = Path.Combine(Projects, project, Metadata("ProgramsOutput"), $"{project}.dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{project} is not built.", path);
    }

    private static string Metadata(string key) =>
        typeof(BuiltProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
