using System.Net.Http.Headers;

namespace ThunderStack.Cloud.Transport;

/// <summary>A request for JSON, as every API here wants it.</summary>
internal static class JsonRequest
{
    /// <param name="method">The method.</param>
    /// <param name="url">Where to.</param>
    /// <param name="token">Sent as <c>Authorization: Bearer</c>; <see langword="null"/> or empty: none.</param>
    /// <param name="body">The JSON to send; <see langword="null"/>: none.</param>
    public static HttpRequestMessage Create(HttpMethod method, Uri url, string? token, byte[]? body)
    {
        var request = new HttpRequestMessage(method, url);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (!string.IsNullOrEmpty(token))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        return request;
    }
}
