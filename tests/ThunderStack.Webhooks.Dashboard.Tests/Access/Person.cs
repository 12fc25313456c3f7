using System.Net;
using System.Text.RegularExpressions;

namespace ThunderStack.Webhooks.Dashboard.Tests.Access;

/// <summary>Somebody with a browser that follows nothing by itself.</summary>
internal sealed partial class Person : IDisposable
{
    private readonly SocketsHttpHandler _handler = new() { AllowAutoRedirect = false, UseCookies = true, CookieContainer = new() };

    public Person(Uri address) => Client = new HttpClient(_handler) { BaseAddress = address };

    public HttpClient Client { get; }

    public CookieCollection Cookies => _handler.CookieContainer.GetCookies(Client.BaseAddress!);

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public static async Task<Person> SignedInAsync(Uri address, string key)
    {
        var person = new Person(address);
        using var answer = await person.SignInAsync(key);
        answer.StatusCode.Should().Be(HttpStatusCode.SeeOther);
        return person;
    }

    public async Task<HttpResponseMessage> SignInAsync(string key) =>
        await PostAsync("/sign-in", await TokenAsync("/sign-in"), ("key", key));

    /// <summary>The token of the forms on a page.</summary>
    public async Task<string> TokenAsync(string page = "/handlers")
    {
        var html = await Client.GetStringAsync(page, None);
        return Token().Match(html).Groups[1].Value;
    }

    public Task<HttpResponseMessage> PostAsync(string path, string? token, params (string Name, string Value)[] fields)
    {
        var sent = fields.Select(field => KeyValuePair.Create(field.Name, field.Value));
        return Client.PostAsync(path, new FormUrlEncodedContent(token is null ? sent : sent.Append(KeyValuePair.Create("form-token", token))), None);
    }

    /// <summary>Has a cookie be another one.</summary>
    public void Replace(string name, string value) => _handler.CookieContainer.Add(Client.BaseAddress!, new Cookie(name, value));

    public void Dispose() => Client.Dispose();

    [GeneratedRegex("name=\"form-token\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
