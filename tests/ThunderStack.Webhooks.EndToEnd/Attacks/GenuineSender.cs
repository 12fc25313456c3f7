using System.Net.Sockets;
using System.Text;
using ThunderStack.Webhooks.EndToEnd.Traffic;

namespace ThunderStack.Webhooks.EndToEnd.Attacks;

/// <summary>
/// The cloud, which sends one event after the other, each on a connection of its own: as a newcomer, who has it hardest. On a thread of
/// its own, so that it does not wait behind the attackers of the same process.
/// </summary>
internal sealed class GenuineSender(Uri webhookUrl)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan GivesUpAfter = TimeSpan.FromSeconds(30);

    private long _number;

    /// <summary>Sends until it is over, and at least so many. Returns how long the slowest was without an answer; each must be 200.</summary>
    public Task<TimeSpan> SendAsync(int atLeast, Task? until = null) =>
        Task.Factory.StartNew(() => Send(atLeast, until), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private TimeSpan Send(int atLeast, Task? until)
    {
        var slowest = TimeSpan.Zero;
        for (var sent = 0; sent < atLeast || until?.IsCompleted == false; sent++)
        {
            var delivery = new NumberedEvent(Load.AllNodes[0], ++_number).Sign();
            var head = $"POST {webhookUrl.AbsolutePath} HTTP/1.1\r\nHost: x\r\nX-ThunderStack-Signature: {delivery.Signature}\r\nContent-Length: {delivery.Body.Length}\r\n\r\n";
            byte[] request = [.. Encoding.ASCII.GetBytes(head), .. delivery.Body];

            var start = TimeProvider.System.GetTimestamp();
            using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
            {
                socket.ReceiveTimeout = (int)GivesUpAfter.TotalMilliseconds;
                socket.Connect(webhookUrl.Host, webhookUrl.Port);
                socket.Send(request);
                var buffer = new byte[4096];
                var answer = Encoding.ASCII.GetString(buffer, 0, socket.Receive(buffer));
                answer.Should().StartWith("HTTP/1.1 200", "event {0} is genuine", _number);
            }

            var elapsed = TimeProvider.System.GetElapsedTime(start);
            slowest = elapsed > slowest ? elapsed : slowest;
            TestContext.Current.CancellationToken.WaitHandle.WaitOne(Pause);
        }

        return slowest;
    }
}
