using System.Text;

namespace ThunderStack.Webhooks.Cli.Send;

/// <summary>What an emulated cloud sent, and what it was answered.</summary>
internal sealed record EmulatedEvent(Uri Url, string Body, string Signature, EmulatedEvent.ReceiverAnswer? Answer, string? Error)
{
    public SignedBody ToSignedBody() => new(Encoding.UTF8.GetBytes(Body), Signature);

    internal sealed record ReceiverAnswer(int Status, string Body);
}
