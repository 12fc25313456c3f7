using System.Net;

namespace ThunderStack.Cloud.Tests;

public sealed class DirectLoopbackProxyTests
{
    private readonly DirectLoopbackProxy _proxy = new(new WebProxy("http://proxy.example:3128"));

    [Theory]
    [InlineData("http://127.0.0.1:5000/api")]
    [InlineData("http://localhost/api")]
    [InlineData("http://[::1]:5000/api")]
    public void Loopback_never_goes_through_a_proxy(string address)
    {
        _proxy.IsBypassed(new Uri(address)).Should().BeTrue();
        _proxy.GetProxy(new Uri(address)).Should().BeNull();
    }

    [Fact]
    public void Any_other_host_goes_where_the_system_says()
    {
        var cloud = new Uri("https://cloud-api.thunderstack.org/api");

        _proxy.IsBypassed(cloud).Should().BeFalse();
        _proxy.GetProxy(cloud).Should().Be(new Uri("http://proxy.example:3128"));
    }
}
