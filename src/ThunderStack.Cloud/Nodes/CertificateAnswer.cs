using System.Text.Json;

namespace ThunderStack.Cloud.Nodes;

/// <summary>Finds the parts of a certificate in the answer to <c>POST /api/nodes/{id}/generate-cert</c>.</summary>
internal static class CertificateAnswer
{
    /// <returns>The certificate, or <see langword="null"/> when the answer has none.</returns>
    public static CloudNodeCertificate? Read(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var holder = answer.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object ? data : answer;
        var parts = holder.EnumerateObject()
            .Where(property => property.Value.ValueKind == JsonValueKind.String)
            .Select(property => (property.Name, Pem: property.Value.GetString()!))
            .ToList();

        var certificate = new CloudNodeCertificate
        {
            Certificate = Find(Holds("-----BEGIN CERTIFICATE-----", chain: false)),
            Chain = Find(Holds("-----BEGIN CERTIFICATE-----", chain: true)),
            PrivateKey = Find(part => part.Pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal)),
            PublicKey = Find(part => part.Pem.Contains("PUBLIC KEY-----", StringComparison.Ordinal)),
        };
        return certificate.Certificate is null ? null : certificate;

        string? Find(Func<(string Name, string Pem), bool> isIt) => parts.Where(isIt).Select(part => part.Pem).FirstOrDefault();

        static Func<(string Name, string Pem), bool> Holds(string label, bool chain) => part =>
            part.Pem.Contains(label, StringComparison.Ordinal) && part.Name.Contains("chain", StringComparison.OrdinalIgnoreCase) == chain;
    }
}
