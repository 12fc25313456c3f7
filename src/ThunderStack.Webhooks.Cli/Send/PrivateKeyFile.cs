using System.Security.Cryptography;
using ThunderStack.Webhooks.Cli.Commands;

namespace ThunderStack.Webhooks.Cli.Send;

/// <summary>Reads the private key that test events are signed with: PEM, PKCS #8 or PKCS #1, encrypted or not.</summary>
internal static class PrivateKeyFile
{
    private const string HowToMakeOne = "openssl genrsa -out test-key.pem 2048 makes one, openssl rsa -in test-key.pem -pubout its public half for the receiver";

    public static async Task<RSA> ReadAsync(string path, Terminal terminal, CancellationToken cancellationToken)
    {
        string pem;
        using (var reader = new StreamReader(NamedFile.Open(path, $"the private key; {HowToMakeOne}")))
        {
            pem = await reader.ReadToEndAsync(cancellationToken);
        }

        var isEncrypted = pem.Contains("ENCRYPTED", StringComparison.Ordinal);
        var passphrase = isEncrypted ? await PassphraseAsync(path, terminal, cancellationToken) : null;
        var rsa = RSA.Create();
        try
        {
            if (passphrase is null)
            {
                rsa.ImportFromPem(pem);
            }
            else
            {
                rsa.ImportFromEncryptedPem(pem, passphrase);
            }

            // A public key is imported without complaint, and fails only when it should sign.
            _ = rsa.ExportParameters(includePrivateParameters: true);
            return rsa;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            rsa.Dispose();
            throw new CommandException(
                ExitCode.Usage,
                isEncrypted
                    ? $"The key '{path}' cannot be decrypted: is the passphrase right?"
                    : $"'{path}' holds no private RSA key, and test events are signed with one: {HowToMakeOne}.");
        }
    }

    private static async Task<string> PassphraseAsync(string path, Terminal terminal, CancellationToken cancellationToken)
    {
        if (terminal.Host.Variable(ToolEnvironment.KeyPassphrase) is { } passphrase)
        {
            return passphrase;
        }

        return terminal.CanAsk
            ? await terminal.AskSecretAsync($"Passphrase of {path}:", cancellationToken)
            : throw new CommandException(ExitCode.Usage, $"The key '{path}' is encrypted: set {ToolEnvironment.KeyPassphrase}.");
    }
}
