using System.Net;
using System.Text.RegularExpressions;
using ThunderStack.Webhooks.Management.Tests;

namespace ThunderStack.Webhooks.Dashboard.Tests;

/// <summary>Somebody with a browser that has no script: follows no redirect by itself, keeps cookies, sends the forms that it is given.</summary>
internal sealed partial class Visitor : IDisposable
{
    private readonly HttpClient _client;

    public Visitor(ManagedReceiver receiver, string? host = null)
    {
        Cookies = new CookieContainer();
        _client = new HttpClient(new SocketsHttpHandler { CookieContainer = Cookies, AllowAutoRedirect = false, ResponseDrainTimeout = TimeSpan.Zero }) { BaseAddress = receiver.Anybody.BaseAddress };
        _client.DefaultRequestHeaders.Host = host;
    }

    public CookieContainer Cookies { get; }

    /// <summary>The token of the last form that was seen.</summary>
    public string? Token { get; private set; }

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public async Task<string> SeeAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await GetAsync(path);
        var html = await answer.Content.ReadAsStringAsync(None);
        answer.StatusCode.Should().Be(expected, html);
        return html;
    }

    public async Task<HttpResponseMessage> GetAsync(string path)
    {
        var answer = await _client.GetAsync(path, None);
        if (TokenField().Match(await answer.Content.ReadAsStringAsync(None)) is { Success: true } match)
        {
            Token = WebUtility.HtmlDecode(match.Groups[1].Value);
        }

        return answer;
    }

    /// <summary>Sends a form with the token that the last page had.</summary>
    public Task<HttpResponseMessage> SendAsync(string path, params (string Name, string Value)[] fields) => SendWithTokenAsync(path, Token ?? "", fields);

    public Task<HttpResponseMessage> SendWithTokenAsync(string path, string token, params (string Name, string Value)[] fields) => _client.PostAsync(
        path, new FormUrlEncodedContent([KeyValuePair.Create("form-token", token), .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]), None);

    /// <summary>Asks for what goes on, and returns once it has begun.</summary>
    public Task<HttpResponseMessage> OpenAsync(string path) => _client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, None);

    public async Task<HttpResponseMessage> SignInAsync(string key, string back = "/")
    {
        (await GetAsync("/sign-in")).Dispose();
        return await SendAsync("/sign-in", ("key", key), ("return", back));
    }

    public void Dispose() => _client.Dispose();

    [GeneratedRegex("""name="form-token" value="([^"]*)""")]
    private static partial Regex TokenField();
}
