namespace ThunderStack.Webhooks.Demo;

/// <summary>What there is to see, and to try.</summary>
internal static class Welcome
{
    public static void Print(DemoArguments arguments) => Console.WriteLine(
        $$"""

        ThunderStack webhooks, the demo

          dashboard  {{arguments.DashboardUrl}}
                     open it in a browser: what needs you, the nodes, the
                     events; open to this machine alone, without a key
          receiver   {{arguments.WebhookUrl}}
                     the real one; it stores events in
                     {{arguments.Data}},
                     which you can delete afterwards
          cloud      {{arguments.EmulatorUrl}}
                     an emulator, with three nodes:
                     {{DemoApplication.NodeId}}, whose changes are signed and sent;
                     {{DemoApplication.QuietNodeId}}, whose webhooks are all lost on their way;
                     {{DemoApplication.WalletNodeId}}, which is upgraded, and locked after that

        "answered 200" means that the signature is ThunderStack's and that the
        event is on disk. Then the receiver hands it to its handlers; here, one
        that logs a line. The receiver also asks the cloud how its nodes are: a
        change whose webhook never came becomes a "reconciled" event. And it asks
        the nodes: it finds that {{DemoApplication.WalletNodeId}} is RUNNING but locked, says so,
        unlocks it, and says that this is over. Its handler {{DemoApplication.FailingHandler}} forwards
        failures of nodes to where nobody listens: the dashboard has them as dead
        letters, to look at, replay or discard.

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
