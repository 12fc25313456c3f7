using Microsoft.AspNetCore.Http;

namespace ThunderStack.Webhooks.Management.Access;

/// <summary>The keys of <c>ThunderStack:Management:ApiKeys</c> as they are at this moment, for pages on which people sign in with one. A service of the receiver.</summary>
public interface IManagementAccess
{
    /// <summary>Whether any key is configured.</summary>
    bool HasKeys { get; }

    /// <summary>Whether requests of this machine need no key: it runs in <c>Development</c>, and no key is configured.</summary>
    bool IsOpen { get; }

    /// <summary>Finds the holder of a key that somebody has typed into a form. Wrong keys are counted, logged, and limited for each address.</summary>
    /// <param name="context">The request, which says where the key comes from.</param>
    /// <param name="key">The key as typed.</param>
    /// <returns>The holder.</returns>
    /// <exception cref="ManagementException">401: the key is none of the configured ones. 429: too many wrong ones came from that address.</exception>
    Caller AdmitTyped(HttpContext context, string key);

    /// <summary>Makes the fingerprint of a key, for a cookie to name in its place.</summary>
    /// <param name="key">The key.</param>
    /// <returns>64 hexadecimal digits, of which nobody finds the key.</returns>
    string FingerprintOf(string key);

    /// <summary>Finds the holder of the key that a cookie names.</summary>
    /// <param name="name">The key's name.</param>
    /// <param name="fingerprint">Its fingerprint, by <see cref="FingerprintOf"/>.</param>
    /// <returns>The holder; <see langword="null"/> when the key was changed or removed.</returns>
    Caller? Find(string name, string fingerprint);
}
