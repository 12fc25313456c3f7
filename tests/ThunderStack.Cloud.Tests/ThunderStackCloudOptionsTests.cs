using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ThunderStack.Cloud.Tests;

public sealed class ThunderStackCloudOptionsTests
{
    [Theory]
    [InlineData("https://cloud-api.thunderstack.org")]
    [InlineData("https://cloud-api.test.thunderstack.org/")]
    [InlineData("https://gateway.example:8443/cloud/")]
    [InlineData("http://127.0.0.1:5000")]
    [InlineData("http://localhost:5000/prefix")]
    [InlineData("http://[::1]:5000")]
    public void BaseAddress_HttpsOrLoopback_IsValid(string address) =>
        Problems(new() { BaseAddress = address }).Should().BeEmpty();

    [Theory]
    [InlineData(null, "is empty")]
    [InlineData("  ", "is empty")]
    [InlineData("cloud-api.thunderstack.org", "not an absolute https address")]
    [InlineData("/api", "not an absolute https address")]
    [InlineData("ftp://cloud-api.thunderstack.org", "not an absolute https address")]
    [InlineData("http://cloud-api.thunderstack.org", "is http")]
    [InlineData("http://127.0.0.1.example.org", "is http")]
    [InlineData("https://user:hunter2@cloud-api.thunderstack.org", "user name or password")]
    [InlineData("https://cloud-api.thunderstack.org?x=1", "query or a fragment")]
    [InlineData("https://cloud-api.thunderstack.org/?", "query or a fragment")]
    [InlineData("https://cloud-api.thunderstack.org/#a", "query or a fragment")]
    public void BaseAddress_Unusable_NamesTheSettingAndWhatToWrite(string? address, string problem) =>
        Problems(new() { BaseAddress = address! }).Should().ContainSingle()
            .Which.Should().StartWith("ThunderStack:Cloud:BaseAddress").And.Contain(problem).And.Contain("write an address such as https://")
            .And.NotContain("hunter2");

    [Theory]
    [InlineData("Bearer abc")]
    [InlineData("abc\n")]
    [InlineData(" abc")]
    [InlineData("a\tc")]
    [InlineData("abc\u0000")]
    [InlineData("töken")]
    public void ApiToken_NotAToken_IsNamedButNotShown(string token) =>
        Problems(new() { ApiToken = token }).Should().ContainSingle()
            .Which.Should().StartWith("ThunderStack:Cloud:ApiToken").And.NotContain(token);

    [Fact]
    public void Every_problem_is_reported_at_once() =>
        Problems(new() { BaseAddress = "", ApiToken = "a b" }).Should().HaveCount(2);

    [Fact]
    public async Task Client_OptionsBecameInvalid_FailsWithTheProblem()
    {
        await using var cloud = await CloudFixture.StartAsync(options => options.BaseAddress = "http://example.org");

        (await cloud.FailAsync()).Message.Should().Contain("ThunderStack:Cloud:BaseAddress is http");

        cloud.Server.Requests.Should().BeEmpty();
    }

    [Fact]
    public void AddThunderStackCloud_Twice_RegistersOneClient()
    {
        var services = new ServiceCollection();

        services.AddThunderStackCloud(options => options.ApiToken = "one").AddThunderStackCloud(options => options.ApiToken = "two");

        services.Count(service => service.ServiceType == typeof(ThunderStackCloudClient)).Should().Be(1);
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IOptions<ThunderStackCloudOptions>>().Value.ApiToken.Should().Be("two");
    }

    private static IEnumerable<string> Problems(ThunderStackCloudOptions options)
    {
        using var provider = new ServiceCollection().AddThunderStackCloud().BuildServiceProvider();
        return provider.GetServices<IValidateOptions<ThunderStackCloudOptions>>()
            .SelectMany(validator => validator.Validate(null, options).Failures ?? []);
    }
}
