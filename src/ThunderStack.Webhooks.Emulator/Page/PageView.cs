using System.Globalization;
using System.Security.Cryptography;
using ThunderStack.Webhooks.Emulator.Nodes;
using ThunderStack.Webhooks.Emulator.Sending;

namespace ThunderStack.Webhooks.Emulator.Page;

/// <summary>Writes the page: nodes, deliveries, forms.</summary>
internal static class PageView
{
    private const int Shown = 50;

    public static string Render(PageModel page)
    {
        var nodes = page.Cloud.Nodes.ToList();
        var sent = page.Log.List(nodeId: null, Shown);
        return Html.Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
            <title>Emulated ThunderStack Cloud</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="assets/dashboard.css">
            <link rel="stylesheet" href="assets/emulator.css">
            <script src="assets/emulator.js" defer></script>
            <noscript><meta http-equiv="refresh" content="15"></noscript>
            </head>
            <body class="emulator">
            <a class="skip" href="#main">Skip to the content</a>
            <header class="top"><div class="bar"><a class="brand" href="./"><span>ThunderStack <span class="soft">Emulated cloud</span></span></a></div></header>
            <main id="main" tabindex="-1">
            <div class="page-head"><h1>Emulated cloud</h1><span class="soft small" id="as-of" data-live>as of {Time(page.Now)} UTC</span></div>
            {Note(page.Note)}
            <section aria-labelledby="nodes-head"><div class="section-head"><h2 id="nodes-head">Nodes</h2></div>{Nodes(nodes)}</section>
            <section aria-labelledby="sent-head"><div class="section-head"><h2 id="sent-head">Deliveries</h2><span class="soft small">the last {Shown}, newest first; times in UTC</span></div>{Deliveries(sent)}</section>
            {PageForms.Render(page, nodes)}
            <section aria-labelledby="key-head"><div class="section-head"><h2 id="key-head">Key</h2></div><div class="block"><dl class="facts pad">
            <dt>Fingerprint (SHA-256)</dt><dd id="fingerprint" data-live><code>{Fingerprint(page)}</code></dd>
            </dl></div></section>
            </main>
            </body>
            </html>

            """).Text;
    }

    private static Html Note(PageNote? note) => note is null ? default : Html.Of(
        $"<p class=\"notice {(note.IsDone ? "good" : "bad")}\" role=\"status\">{note.Text}</p>");

    private static Html Nodes(List<EmulatedNode> nodes) => nodes.Count == 0
        ? new("<div class=\"block empty\" id=\"nodes\" data-live><p class=\"strong\">There is no node.</p><p class=\"soft\">Create one below, or configure Emulator:Nodes.</p></div>")
        : Html.Of($"""
            <div class="block" id="nodes" data-live><table class="list">
            <thead><tr><th scope="col">Node</th><th scope="col">Status</th><th scope="col">Wallet</th><th scope="col">Network</th><th scope="col">Webhook URL</th><th scope="col">Change</th></tr></thead>
            <tbody>{Html.Join(nodes.Select(Node))}</tbody></table></div>
            """);

    private static Html Node(EmulatedNode node) => Html.Of($"""
        <tr data-row="{node.NodeId}"><th scope="row"><bdi class="strong">{node.Name}</bdi>{(node.Name == node.NodeId ? default : Html.Of($"<br><code class=\"soft\">{node.NodeId}</code>"))}</th>
        <td class="end">{Mark.OfStatus(node.Status)}</td>
        <td data-label="Wallet">{Mark.OfWallet(node.Wallet.Refusal)}</td>
        <td data-label="Network">{node.Network}</td>
        <td class="wide" data-label="Webhook URL"><bdi>{node.WebhookUrl?.AbsoluteUri ?? "nowhere"}</bdi></td>
        <td class="wide"><form method="post" action="page/nodes" class="actions"><input type="hidden" name="nodeId" value="{node.NodeId}">{Html.Join(Actions(node).Select(action =>
            Html.Of($"<button type=\"submit\" name=\"action\" value=\"{action}\"{(action == "destroy" ? new Html(" class=\"danger\"") : default)}>{char.ToUpperInvariant(action[0]) + action[1..]}<span class=\"unseen\"> {node.Name}</span></button>")))}</form></td></tr>

        """);

    private static string[] Actions(EmulatedNode node) => node.Status switch
    {
        NodeStatuses.Destroying or NodeStatuses.Destroyed => [],
        NodeStatuses.Paused => ["start", "upgrade", "destroy"],
        NodeStatuses.Failed => ["start", "stop", "upgrade", "destroy"],
        _ => ["stop", "upgrade", "destroy"],
    };

    private static Html Deliveries(IReadOnlyList<SentWebhook> sent) => sent.Count == 0
        ? new("<div class=\"block empty\" id=\"sent\" data-live><p class=\"strong\">Nothing was sent yet.</p><p class=\"soft\">Change a node, or send an event below.</p></div>")
        : Html.Of($"""
            <div class="block" id="sent" data-live><table class="list">
            <thead><tr><th scope="col">#</th><th scope="col">Node</th><th scope="col">Event</th><th scope="col">Sent and answered</th><th scope="col">Faults</th></tr></thead>
            <tbody>{Html.Join(sent.Select(Delivery))}</tbody></table></div>
            """);

    private static Html Delivery(SentWebhook sent) => Html.Of($"""
        <tr data-row="{sent.Id}"><th scope="row" class="mono">{sent.Id}</th>
        <td class="node"><bdi>{sent.NodeId}</bdi></td>
        <td data-label="">{(sent.Status is null ? default : Mark.OfStatus(sent.Status))}{(sent.EventType == "NODE_STATUS_UPDATED" ? default : Html.Of($" <span class=\"soft\">{sent.EventType}</span>"))}</td>
        <td class="wide"><ol>{(sent.Attempts.Count == 0 ? Html.Of($"<li>{Mark.NotSent("not sent, or not answered yet")}</li>") : Html.Join(sent.Attempts.Select(Attempt)))}</ol>
        <details id="sent-{sent.Id}"><summary class="soft small">body and answers</summary><dl class="facts">
        <dt>To</dt><dd>{sent.Url.AbsoluteUri}</dd><dt>Signature</dt><dd><code>{sent.Signature ?? "none"}</code></dd><dt>Body</dt><dd><pre>{sent.Body}</pre></dd>
        {Html.Join(sent.Attempts.Where(attempt => attempt.Answer is not null).Select(attempt => Html.Of($"<dt>Answer {attempt.Answer!.Status}</dt><dd><pre>{attempt.Answer.Body}</pre></dd>")))}
        </dl></details></td>
        <td class="wide">{Html.Join(sent.Faults.Select(fault => Html.Of($"{Mark.OfFault(fault.ToString())} ")))}</td></tr>

        """);

    private static Html Attempt(WebhookAttempt attempt) => Html.Of(
        $"<li><time datetime=\"{attempt.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)}\">{Time(attempt.At)}</time> {(attempt.Answer is { } answer ? Mark.OfAnswer(answer.Status) : Mark.NoAnswer(attempt.Error ?? "no answer"))}</li>");

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static string Fingerprint(PageModel page) => Convert.ToHexStringLower(SHA256.HashData(page.Key.Export(rsa => rsa.ExportSubjectPublicKeyInfo())));
}
