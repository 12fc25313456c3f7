using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using RabbitMQ.Client;
using ThunderStack.Webhooks.Configuration;

namespace ThunderStack.Webhooks.RabbitMq;

/// <summary>An AMQP URI. It holds a password, so no message repeats it.</summary>
/// <remarks>Source: the RabbitMQ URI specification.</remarks>
internal static class BrokerAddress
{
    private const string Example = "amqps://user:password@broker.example.org/my-vhost";

    private static readonly TimeSpan StepTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A broker that says nothing for twice this long is gone.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    /// <summary>What is wrong with one that was written; <see langword="null"/> when nothing is.</summary>
    public static string? Judge(string value) => Setting.Text("Uri").Judge(value)
        ?? (TryCreateFactory(value, out _) ? null : $"is not an amqp or amqps URI, with special characters of user, password and virtual host percent-encoded. Example: {Example}");

    public static bool TryCreateFactory(string value, [NotNullWhen(true)] out ConnectionFactory? factory)
    {
        factory = null;
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.Scheme is not ("amqp" or "amqps"))
        {
            return false;
        }

        try
        {
            factory = new ConnectionFactory
            {
                Uri = uri,
                ClientProvidedName = "thunderstack-webhooks",
                RequestedHeartbeat = Heartbeat,
                RequestedConnectionTimeout = StepTimeout,
                HandshakeContinuationTimeout = StepTimeout,
                ContinuationTimeout = StepTimeout,

                // A connection is opened by the attempt that needs it, which is retried as the handler's settings say.
                AutomaticRecoveryEnabled = false,
                TopologyRecoveryEnabled = false,
            };

            // The library takes a certificate of any name for an amqps URI.
            factory.Ssl.AcceptablePolicyErrors = SslPolicyErrors.None;
            return true;
        }
        catch (ArgumentException)
        {
            // More segments than a virtual host has. The message has them, and perhaps the password.
            return false;
        }
    }
}
