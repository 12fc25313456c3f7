using System.Text.Json;
using ThunderStack.Webhooks.Cli.Tests.Inbox;
using ThunderStack.Webhooks.Cli.Tests.Running;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Cli.Tests.Output;

public sealed class EncodingTests : IDisposable
{
    private readonly TestInbox _inbox = new();

    public void Dispose() => _inbox.Dispose();

    [Fact]
    public async Task Json_WhateverTheLocale_IsUtf8()
    {
        const string Node = "ноды-节点";
        await _inbox.StoreAsync(SignedDelivery.Valid().ForNode(Node));
        var latin = new Dictionary<string, string> { ["LC_ALL"] = "de_DE.ISO-8859-1" };

        var list = await ToolRun.ProcessAsync(["inbox", "list", "--inbox", _inbox.Path, "-o", "json"], latin);
        var failure = await ToolRun.ProcessAsync(["inbox", "list", "--inbox", Node, "-o", "json"], latin);

        list.ShouldEnd(Expected.Ok).Json[0].GetProperty("nodeId").GetString().Should().Be(Node);
        list.Out.Should().StartWith("[", "there is no byte order mark");
        JsonDocument.Parse(failure.ShouldEnd(Expected.NotFound).Error).RootElement.GetProperty("error").GetString().Should().Contain(Node);
    }
}
