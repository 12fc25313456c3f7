using System.Security.Cryptography;

namespace ThunderStack.Webhooks.Dashboard.Assets;

/// <summary>The style sheet and the script. Their addresses change with them, so a browser may keep them for as long as it likes.</summary>
internal sealed class DashboardAssets
{
    public Asset StyleSheet { get; } = Asset.Read("dashboard.css", "text/css; charset=utf-8");

    public Asset Script { get; } = Asset.Read("dashboard.js", "text/javascript; charset=utf-8");

    public Asset? Find(string name) => name == StyleSheet.Name ? StyleSheet : name == Script.Name ? Script : null;
}

/// <summary>A file of the pages.</summary>
/// <param name="Name">Its name, with a hash of what is in it.</param>
/// <param name="ContentType">What it is.</param>
/// <param name="Bytes">What is in it.</param>
internal sealed record Asset(string Name, string ContentType, byte[] Bytes)
{
    private const int HashLength = 12;

    public string Path => $"/assets/{Name}";

    public static Asset Read(string name, string contentType)
    {
        using var stream = typeof(Asset).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes))[..HashLength];
        return new Asset($"{System.IO.Path.GetFileNameWithoutExtension(name)}.{hash}{System.IO.Path.GetExtension(name)}", contentType, bytes);
    }
}
