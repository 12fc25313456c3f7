using ThunderStack.Webhooks.Cli.Commands;

namespace ThunderStack.Webhooks.Cli.Verify;

/// <summary>Reads a body as bytes, from a file or from standard input.</summary>
internal static class BodyFile
{
    // Sixteen times what any receiver takes.
    private const int MaxBytes = 16 * 1024 * 1024;

    public static async Task<byte[]> ReadAsync(string path, ToolHost host, CancellationToken cancellationToken)
    {
        await using var stream = Open(path, host);
        using var buffer = new MemoryStream();
        await stream.CopyToAsync(buffer, cancellationToken);
        return buffer.Length <= MaxBytes
            ? buffer.ToArray()
            : throw new CommandException(ExitCode.Usage, $"The body is larger than {MaxBytes >> 20} MiB: no webhook is.");
    }

    private static Stream Open(string path, ToolHost host) => path == "-" ? host.OpenInput() : NamedFile.Open(path, "the body");
}
