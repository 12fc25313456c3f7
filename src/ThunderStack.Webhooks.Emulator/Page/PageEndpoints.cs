using System.Text;
using System.Text.Encodings.Web;
using ThunderStack.Webhooks.Emulator.Nodes;
using ThunderStack.Webhooks.Emulator.Sending;

namespace ThunderStack.Webhooks.Emulator.Page;

/// <summary>One page for a browser: the nodes, and the last deliveries.</summary>
internal static class PageEndpoints
{
    private const int Shown = 50;

    public static void MapPage(this IEndpointRouteBuilder app) => app.MapGet(
        "/", (EmulatedCloud cloud, DeliveryLog log) => Results.Content(Render(cloud, log), "text/html; charset=utf-8"));

    private static string Render(EmulatedCloud cloud, DeliveryLog log)
    {
        var page = new StringBuilder(
            """
            <!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>Emulated ThunderStack Cloud</title>
            <style>body{font:14px system-ui;margin:2em}table{border-collapse:collapse;margin-bottom:2em}td,th{padding:.2em 1em .2em 0;text-align:left;vertical-align:top}</style>
            <h1>Emulated ThunderStack Cloud</h1>
            <h2>Nodes</h2><table><tr><th>Node<th>Name<th>Network<th>Status<th>Webhook URL

            """);
        foreach (var node in cloud.Nodes)
        {
            Row(page, node.NodeId, node.Name, node.Network, node.Status, node.WebhookUrl?.AbsoluteUri);
        }

        page.Append("</table><h2>Deliveries</h2><table><tr><th>#<th>Node<th>Event<th>Status<th>Faults<th>Answers\n");
        foreach (var sent in log.List(nodeId: null, Shown))
        {
            var answers = sent.Attempts.Select(attempt => attempt.Answer is { } answer ? $"{answer.Status}" : attempt.Error);
            Row(page, $"{sent.Id}", sent.NodeId, sent.EventType, sent.Status, string.Join(", ", sent.Faults), string.Join(", ", answers));
        }

        return page.Append("</table></html>\n").ToString();
    }

    private static void Row(StringBuilder page, params ReadOnlySpan<string?> cells)
    {
        page.Append("<tr>");
        foreach (var cell in cells)
        {
            page.Append("<td>").Append(HtmlEncoder.Default.Encode(cell ?? ""));
        }

        page.Append('\n');
    }
}
