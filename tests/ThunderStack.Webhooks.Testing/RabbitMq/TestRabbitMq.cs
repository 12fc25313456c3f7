using System.Diagnostics.CodeAnalysis;
using Xunit;

namespace ThunderStack.Webhooks.Testing.RabbitMq;

/// <summary>
/// The RabbitMQ that tests share: the one that <c>THUNDERSTACK_TEST_RABBITMQ</c> names, or a broker of this run's own. Each test has a
/// queue of its own in it.
/// </summary>
public static class TestRabbitMq
{
    public const string Variable = "THUNDERSTACK_TEST_RABBITMQ";

    private static readonly Lazy<Task<RabbitMqBroker>> Own = new(StartAsync);
    private static int _names;

    /// <summary>The URI. Skips the test when there is neither a broker nor the program to start one.</summary>
    public static async Task<string> ConnectAsync() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } uri ? uri : (await BrokerAsync()).Uri;

    /// <summary>A broker that can be frozen and killed, which is this run's own. Skips the test when there is no program to start one.</summary>
    public static Task<RabbitMqBroker> BrokerAsync()
    {
        Require();
        return Own.Value;
    }

    /// <summary>Skips the test when there is no program to start a broker; in CI that is a failure.</summary>
    public static void Require()
    {
        if (RabbitMqBroker.Missing is { } reason)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"CI has to be able to run this: {reason}");
            Assert.Skip($"{reason} Or name a broker in {Variable}.");
        }
    }

    /// <summary>A name that no other test and no other run uses.</summary>
    public static string NewName() => $"test-{Environment.ProcessId}-{TimeProvider.System.GetTimestamp()}-{Interlocked.Increment(ref _names)}";

    [SuppressMessage("Reliability", "CA2000", Justification = "The broker lives as long as the process, and is ended with it.")]
    private static async Task<RabbitMqBroker> StartAsync()
    {
        var broker = await RabbitMqBroker.StartAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => broker.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return broker;
    }
}
