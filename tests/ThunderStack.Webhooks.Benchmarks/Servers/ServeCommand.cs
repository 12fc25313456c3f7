using System.Globalization;

namespace ThunderStack.Webhooks.Benchmarks.Servers;

/// <summary>The other half of this program: <c>serve VARIANT PORT FOLDER</c> is one of the servers.</summary>
internal static class ServeCommand
{
    public const string PublicKeyFile = "public-key.pem";
    public const string PostgreSqlFile = "postgresql.txt";

    public const string ManagementPortFile = "management-port.txt";

    public static Task RunAsync(string variant, int port, string folder)
    {
        string PublicKey() => File.ReadAllText(Path.Combine(folder, PublicKeyFile));

        string PostgreSql() => File.ReadAllText(Path.Combine(folder, PostgreSqlFile));

        int ManagementPort() => int.Parse(File.ReadAllText(Path.Combine(folder, ManagementPortFile)), CultureInfo.InvariantCulture);

        if (variant == Variant.Ceiling.Name)
            CeilingServer.Run(port);

        return variant switch
        {
            _ when variant == Variant.Bare.Name => BareServer.RunAsync(port),
            _ when variant == Variant.Verify.Name => VerifyServer.RunAsync(port, PublicKey()),
            _ when variant == Variant.VerifyWithProduct.Name => VerifyServer.RunAsync(port, PublicKey(), withProduct: true),
            _ when variant == Variant.BatchedWrite.Name => BatchedWriteServer.RunAsync(port, PublicKey(), Path.Combine(folder, "events.log")),
            _ when variant == Variant.Receiver.Name => ReceiverServer.RunAsync(port, folder, Wanted.None),
            _ when variant == Variant.ReceiverWithHandler.Name => ReceiverServer.RunAsync(port, folder, Wanted.All),
            _ when variant == Variant.ReceiverWithFilter.Name => ReceiverServer.RunAsync(port, folder, Wanted.Nobodys),
            _ when variant == Variant.ReceiverWithViewers.Name => ReceiverServer.RunAsync(port, folder, Wanted.All, managementPort: ManagementPort()),
            _ when variant == Variant.ReceiverPostgreSqlWithViewers.Name => ReceiverServer.RunAsync(port, folder, Wanted.All, PostgreSql(), ManagementPort()),
            _ when variant == Variant.ReceiverPostgreSqlWithFilter.Name => ReceiverServer.RunAsync(port, folder, Wanted.Nobodys, PostgreSql()),
            _ when variant == Variant.ReceiverPostgreSql.Name => ReceiverServer.RunAsync(port, folder, Wanted.None, PostgreSql()),
            _ when variant == Variant.ReceiverPostgreSqlWithHandler.Name => ReceiverServer.RunAsync(port, folder, Wanted.All, PostgreSql()),
            _ when variant == Variant.OneInsert.Name => OneInsertServer.RunAsync(port, PublicKey(), PostgreSql()),
            _ when variant == Variant.OneCommit.Name => OneCommitServer.RunAsync(port, PublicKey(), Path.Combine(folder, "events.db"), isTuned: false),
            _ when variant == Variant.OneCommitTuned.Name => OneCommitServer.RunAsync(port, PublicKey(), Path.Combine(folder, "events.db"), isTuned: true),
            _ => throw new ArgumentException($"There is no server {variant}.", nameof(variant)),
        };
    }
}
