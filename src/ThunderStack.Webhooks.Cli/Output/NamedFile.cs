namespace ThunderStack.Webhooks.Cli.Output;

/// <summary>Files that the command line names: the same failure ends in the same exit code, whichever option named them.</summary>
internal static class NamedFile
{
    /// <summary>Opens one for reading.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="content">What it should hold, such as <c>the body</c>.</param>
    /// <exception cref="CommandException">It does not exist, or cannot be read.</exception>
    public static FileStream Open(string path, string content)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException(ExitCode.NotFound, $"There is no file '{path}': name one with {content}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CommandException(ExitCode.Usage, $"The file '{path}' cannot be read: check that it is a file, and its permissions.");
        }
    }
}
