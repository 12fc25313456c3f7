using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ThunderStack.Webhooks.Emulator.Nodes;

namespace ThunderStack.Webhooks.Emulator.Certificates;

/// <summary>Makes a certificate for a node, signed by an authority that is made with it and forgotten.</summary>
internal static class CertificateEndpoints
{
    public static void MapCertificates(this IEndpointRouteBuilder cloud) =>
        cloud.MapPost("/nodes/{id}/generate-cert", (string id, EmulatedCloud all, TimeProvider time) =>
            all.Find(id) is { } node ? Results.Json(Generate(node.NodeId, time.GetUtcNow())) : NodeEndpoints.NotFound());

    public static object Generate(string nodeId, DateTimeOffset now)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Emulated authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedNameBuilder().Named(nodeId), key, HashAlgorithmName.SHA256);
        using var certificate = request.Create(authority, now.AddDays(-1), now.AddDays(29), RandomNumberGenerator.GetBytes(8));
        return new
        {
            certificate = certificate.ExportCertificatePem(),
            certificateChain = authority.ExportCertificatePem(),
            privateKey = key.ExportPkcs8PrivateKeyPem(),
            publicKey = key.ExportSubjectPublicKeyInfoPem(),
        };
    }

    private static X500DistinguishedName Named(this X500DistinguishedNameBuilder builder, string name)
    {
        // A common name has 64 characters at most.
        builder.AddCommonName(name.Length > 64 ? name[..64] : name);
        return builder.Build();
    }
}
