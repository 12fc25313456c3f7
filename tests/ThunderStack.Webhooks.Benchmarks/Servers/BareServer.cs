namespace ThunderStack.Webhooks.Benchmarks.Servers;

/// <summary>Reads the body and answers 200: what Kestrel alone costs.</summary>
internal static class BareServer
{
    public static Task RunAsync(int port) => PlainServer.RunAsync(port, async context =>
    {
        var body = await PlainServer.ReadBodyAsync(context);
        context.Request.BodyReader.AdvanceTo(body.End);
        await PlainServer.AnswerAsync(context, accepted: true);
    });
}
