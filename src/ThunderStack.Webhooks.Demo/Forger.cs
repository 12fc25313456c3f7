using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace ThunderStack.Webhooks.Demo;

/// <summary>Somebody who knows everything but the cloud's private key.</summary>
internal static class Forger
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(5);

    /// <summary>After the first authentic events, sends one that is signed with another key, and tells the answer.</summary>
    public static async Task TryAsync(DemoArguments arguments, Narrator narrator, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Delay, TimeProvider.System, cancellationToken);
            narrator.Say("forger", ConsoleColor.Red, await SendAsync(arguments, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The demo ends.
        }
        catch (HttpRequestException problem)
        {
            narrator.Say("forger", ConsoleColor.Red, problem.Message);
        }
    }

    private static async Task<string> SendAsync(DemoArguments arguments, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(
            $$$"""{"eventType":"NODE_STATUS_UPDATED","eventTimestamp":"2024-11-06T12:00:00Z","details":{"nodeId":"{{{DemoApplication.NodeId}}}","status":"FAILED"},"nodeId":"{{{DemoApplication.NodeId}}}"}""");
        using var rsa = RSA.Create(2048);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, arguments.WebhookUrl) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(
            "X-ThunderStack-Signature", Convert.ToBase64String(rsa.SignData(body, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));

        using var response = await http.SendAsync(request, cancellationToken);
        return $"Sent an event signed with a key of mine: answered {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}";
    }
}
