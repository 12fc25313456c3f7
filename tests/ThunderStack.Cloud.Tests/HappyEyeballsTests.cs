using System.Net;
using System.Net.Sockets;
using ThunderStack.Cloud.Transport;

namespace ThunderStack.Cloud.Tests;

public sealed class HappyEyeballsTests
{
    private static readonly IPAddress Swallowing = IPAddress.Parse("127.0.0.2");

    [Fact]
    public async Task An_address_that_swallows_packets_does_not_hold_up_the_next_one()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux drops connections beyond the backlog.");
        using var alive = Listen(IPAddress.Loopback, 0, backlog: 10);
        var port = ((IPEndPoint)alive.LocalEndPoint!).Port;
        using var full = Listen(Swallowing, port, backlog: 0);
        using var filler = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await filler.ConnectAsync(Swallowing, port, TestContext.Current.CancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));

        using var socket = await HappyEyeballs.ConnectAsync([Swallowing, IPAddress.Loopback], port, limit.Token);

        ((IPEndPoint)socket.RemoteEndPoint!).Address.Should().Be(IPAddress.Loopback);
    }

    [Fact]
    public async Task An_address_that_refuses_is_followed_by_the_next_one()
    {
        using var alive = Listen(IPAddress.Loopback, 0, backlog: 10);
        var port = ((IPEndPoint)alive.LocalEndPoint!).Port;

        using var socket = await HappyEyeballs.ConnectAsync([Swallowing, IPAddress.Loopback], port, TestContext.Current.CancellationToken);

        ((IPEndPoint)socket.RemoteEndPoint!).Address.Should().Be(IPAddress.Loopback);
    }

    [Fact]
    public async Task Refused_by_all_addresses_is_a_refused_connection()
    {
        using var reserved = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        var connect = () => HappyEyeballs.ConnectAsync(
            [IPAddress.Loopback], ((IPEndPoint)reserved.LocalEndPoint!).Port, TestContext.Current.CancellationToken);

        (await connect.Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(SocketError.ConnectionRefused);
    }

    [Fact]
    public void Families_take_turns_beginning_with_the_preferred_one() =>
        HappyEyeballs.Alternate([IPAddress.Parse("::2"), IPAddress.Parse("::3"), IPAddress.Parse("10.0.0.1")])
            .Should().Equal(IPAddress.Parse("::2"), IPAddress.Parse("10.0.0.1"), IPAddress.Parse("::3"));

    private static Socket Listen(IPAddress address, int port, int backlog)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, port));
        socket.Listen(backlog);
        return socket;
    }
}
