using ThunderStack.Cloud.NodeApi;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.NodeWatch.Unlocking;

/// <summary>What <c>/unlock</c> is sent, as the files of a node have it at this moment.</summary>
/// <param name="Body">The request with the password in it.</param>
/// <param name="ChangedAt">When one of the files was last changed.</param>
internal sealed record UnlockFiles(byte[] Body, DateTimeOffset ChangedAt)
{
    private const int MaxLength = 64 * 1024;

    /// <summary>Reads a node's files.</summary>
    /// <exception cref="InvalidDataException">They cannot be used. Says what to do, and nothing of what is in them.</exception>
    public static async Task<UnlockFiles> ReadAsync(NodeUnlockOptions unlock, CancellationToken cancellationToken)
    {
        var (password, changedAt) = await ReadAsync(unlock.PasswordFile!, cancellationToken).ConfigureAwait(false);

        // An editor ends the line; a password does not.
        password = password.TrimEnd('\r', '\n');
        return password.Length == 0
            ? throw new InvalidDataException($"The file '{unlock.PasswordFile}' is empty: write the node's password into it.")
            : await WithAsync(unlock, password, changedAt, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts a password that somebody gave into the node's body.</summary>
    /// <exception cref="InvalidDataException">The file with the body cannot be used.</exception>
    public static async Task<UnlockFiles> WithAsync(
        NodeUnlockOptions unlock, string password, DateTimeOffset changedAt, CancellationToken cancellationToken)
    {
        var template = UnlockBody.Default;
        if (unlock.BodyFile is { Length: > 0 } file)
        {
            (template, var bodyChangedAt) = await ReadAsync(file, cancellationToken).ConfigureAwait(false);
            changedAt = bodyChangedAt > changedAt ? bodyChangedAt : changedAt;
            if (UnlockBody.ProblemOf(template) is { } problem)
            {
                throw new InvalidDataException($"The file '{file}' {problem}.");
            }
        }

        return new UnlockFiles(UnlockBody.Write(template, password), changedAt);
    }

    private static async Task<(string Text, DateTimeOffset ChangedAt)> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            // Orchestrators mount secrets as links, and change where these lead.
            var file = new FileInfo(path);
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return file.Length > MaxLength
                ? throw new InvalidDataException($"The file '{path}' is longer than {MaxLength / 1024} KiB: write the right one.")
                : (await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false), file.LastWriteTimeUtc);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"The file '{path}' cannot be read: {(exception is FileNotFoundException or DirectoryNotFoundException ? "it does not exist" : exception.Message)}.");
        }
    }
}
