using System.Security.Cryptography;
using System.Text;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Management.Settings;

namespace ThunderStack.Webhooks.Management.Access;

/// <summary>The keys as they are configured at this moment. What is kept of them is their SHA-256.</summary>
internal sealed class ApiKeys
{
    private volatile Known[] _keys;
    private CancellationTokenSource _changed = new();

    public ApiKeys(ReloadableOptions<ManagementApiOptions> options)
    {
        _keys = Read(options.Current);
        options.Changed += changed =>
        {
            _keys = Read(changed);
            Interlocked.Exchange(ref _changed, new CancellationTokenSource()).Cancel();
        };
    }

    /// <summary>Ends when the keys change. Take it before a key is looked up.</summary>
    public CancellationToken Changed => Volatile.Read(ref _changed).Token;

    public bool IsEmpty => _keys.Length == 0;

    /// <summary>Whose key this is. Takes as long for a wrong one as for a right one, whichever that is.</summary>
    public Caller? Find(string presented)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(presented), hash);
        Caller? found = null;
        foreach (var key in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, key.Hash))
            {
                found = key.Caller;
            }
        }

        return found;
    }

    /// <summary>The fingerprint of a key, which a cookie names in its place.</summary>
    public static string FingerprintOf(string key) => Convert.ToHexStringLower(SHA256.HashData(SHA256.HashData(Encoding.UTF8.GetBytes(key))));

    /// <summary>Whose key has this name and this fingerprint; <see langword="null"/> when it was changed or removed.</summary>
    public Caller? Find(string name, string fingerprint) =>
        Array.Find(_keys, key => key.Caller.Name == name && fingerprint == Convert.ToHexStringLower(SHA256.HashData(key.Hash)))?.Caller;

    private static Known[] Read(ManagementApiOptions options) =>
        [.. options.ApiKeys.Select(key => new Known(SHA256.HashData(Encoding.UTF8.GetBytes(key.Value.Key)), new Caller(key.Key, key.Value.Role ?? ManagementRole.Read)))];

    private sealed record Known(byte[] Hash, Caller Caller);
}
