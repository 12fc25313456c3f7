namespace ThunderStack.Webhooks.Demo;

/// <summary>What there is to see, and to try.</summary>
internal static class Welcome
{
    public static void Print(DemoArguments arguments) => Console.WriteLine(
        $$"""

        ThunderStack webhooks, the demo

          receiver   {{arguments.WebhookUrl}}
                     the real one; its events are in {{arguments.Data}}, which you can delete afterwards
          cloud      {{arguments.EmulatorUrl}}
                     an emulator: a node named {{DemoApplication.NodeId}} lives there, and each change is signed and sent;
                     the webhooks of another one, {{DemoApplication.QuietNodeId}}, are all lost on their way

        "answered 200" means that the signature is ThunderStack's and that the event is on disk.
        Then the receiver hands it to its handlers; here that is one that logs a line. The receiver also asks the
        cloud how its nodes are: a change whose webhook never came becomes a "reconciled" event.

        Send an event yourself:
          {{SendCommand(arguments)}}

        Try to forge one:
          {{ForgeCommand(arguments)}}

        Ctrl+C ends the demo.

        """);

    private static string SendCommand(DemoArguments arguments) =>
        $$"""curl -s {{arguments.EmulatorUrl}}/emulator/events -d '{"nodeId":"{{DemoApplication.NodeId}}","status":"FAILED"}'""";

    private static string ForgeCommand(DemoArguments arguments) =>
        $$"""curl -i {{arguments.WebhookUrl}} -H 'X-ThunderStack-Signature: Zm9yZ2VkCg==' -d '{"nodeId":"{{DemoApplication.NodeId}}"}'""";
}
