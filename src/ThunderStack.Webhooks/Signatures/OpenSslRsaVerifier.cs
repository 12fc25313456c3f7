using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ThunderStack.Webhooks.Signatures;

/// <summary>
/// Verifies with the OpenSSL 3 that .NET itself uses on Linux, and by the same function. .NET prepares OpenSSL anew for every
/// signature, which looks up algorithms by name and takes a third as long again as the arithmetic; here a prepared context
/// is kept, as OpenSSL allows (https://docs.openssl.org/3.0/man3/EVP_PKEY_verify/).
/// </summary>
/// <remarks>
/// It reads the key itself and hands nothing of OpenSSL's to .NET or back, so it does not matter which copy of the library
/// each of them has loaded.
/// </remarks>
internal sealed partial class OpenSslRsaVerifier : RsaVerifier
{
    private const string Library = "libcrypto.so.3";
    private const int Pkcs1Padding = 1;
    private const int Success = 1;
    private const int Mismatch = 0;

    private readonly Context _context;

    private OpenSslRsaVerifier(Context context) => _context = context;

    /// <summary>Whether this machine has the library.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux() && NativeLibrary.TryLoad(Library, out _);

    /// <summary>Returns <see langword="null"/> where the library is missing, or refuses the key or the algorithm.</summary>
    public static OpenSslRsaVerifier? TryCreate(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        if (!IsSupported)
        {
            return null;
        }

        var context = CreateContext(subjectPublicKeyInfo);
        if (!context.IsInvalid
            && EVP_PKEY_verify_init(context) == Success
            && EVP_PKEY_CTX_set_rsa_padding(context, Pkcs1Padding) == Success
            && EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == Success)
        {
            return new OpenSslRsaVerifier(context);
        }

        ERR_clear_error();
        context.Dispose();
        return null;
    }

    public override bool Verify(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        var result = EVP_PKEY_verify(_context, signature, (nuint)signature.Length, hash, (nuint)hash.Length);
        if (result == Success)
        {
            return true;
        }

        // The reasons that it leaves behind belong to the thread, and would be found by whoever uses OpenSSL there next.
        ERR_clear_error();
        return result == Mismatch ? false : throw new CryptographicException($"OpenSSL could not verify a signature: it returned {result}.");
    }

    public override void Dispose() => _context.Dispose();

    private static unsafe Context CreateContext(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        fixed (byte* start = subjectPublicKeyInfo)
        {
            var next = start;
            var key = d2i_PUBKEY(0, &next, subjectPublicKeyInfo.Length);

            // The context holds the key from here on; OpenSSL takes a null key for a failure, and a null key can be freed.
            var context = EVP_PKEY_CTX_new(key, 0);
            EVP_PKEY_free(key);
            return context;
        }
    }

    [LibraryImport(Library)]
    private static unsafe partial nint d2i_PUBKEY(nint reuse, byte** next, nint length);

    [LibraryImport(Library)]
    private static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Library)]
    private static partial Context EVP_PKEY_CTX_new(nint key, nint engine);

    [LibraryImport(Library)]
    private static partial void EVP_PKEY_CTX_free(nint context);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_verify_init(Context context);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_CTX_set_rsa_padding(Context context, int padding);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_CTX_set_signature_md(Context context, nint digest);

    [LibraryImport(Library)]
    private static partial nint EVP_sha256();

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_verify(
        Context context, ReadOnlySpan<byte> signature, nuint signatureLength, ReadOnlySpan<byte> hash, nuint hashLength);

    [LibraryImport(Library)]
    private static partial void ERR_clear_error();

    private sealed class Context() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            EVP_PKEY_CTX_free(handle);
            return true;
        }
    }
}
