using ThunderStack.Webhooks.Emulator.Faults;
using ThunderStack.Webhooks.Emulator.Keys;
using ThunderStack.Webhooks.Emulator.NodeApi;
using ThunderStack.Webhooks.Emulator.Nodes;

namespace ThunderStack.Webhooks.Emulator.Page;

/// <summary>The page's forms: plain ones, that post and lead back to the page.</summary>
internal static class PageForms
{
    private static readonly string[] Statuses = ["RUNNING", "STARTING", "IN_PROGRESS", "PAUSED", "FAILED", "MADE_UP"];
    private static readonly string[] Networks = ["regtest", "testnet", "bitfinex_regtest"];

    public static Html Render(PageModel page, IReadOnlyList<EmulatedNode> nodes)
    {
        var ids = nodes.Select(node => node.NodeId).ToList();
        return Html.Of($"""
            <div class="forms">
            {Form("Send an event", "page/send", "Send", $"{Field("send-node", "Node", Input("send-node", "nodeId", ids.FirstOrDefault() ?? "my-node", "nodes-known", isRequired: true))}{Field("send-status", "Status", Select("send-status", "status", Statuses))}{Field("send-fault", "Fault", Select("send-fault", "fault", Enum.GetNames<WebhookFault>(), "none: it is valid"))}{Field("send-url", "To", Input("send-url", "url", "", null, placeholder: "the node's webhook URL", type: "url"))}")}
            {Form("Send many", "page/bursts", "Send them", $"{Field("burst-count", "How many", Input("burst-count", "count", "100", null, isRequired: true, type: "number"))}{Field("burst-rate", "A second", Input("burst-rate", "rate", "", null, placeholder: "as fast as it goes", type: "number"))}{Field("burst-node", "Node", Select("burst-node", "nodeId", ids, "all in turn"))}")}
            {Form("Faults of webhooks to come", "page/faults", "Add", $"{Field("fault", "Fault", Select("fault", "fault", Enum.GetNames<WebhookFault>()))}{Field("fault-node", "Node", Select("fault-node", "nodeId", ids, "any"))}{Field("fault-count", "How many", Input("fault-count", "count", "1", null, placeholder: "without an end", type: "number"))}{Field("fault-every", "Every nth", Input("fault-every", "every", "1", null, type: "number"))}", Planned("faults", page.Faults.Current.Select(fault => (fault.Fault.ToString()!, fault.NodeId, fault.Count))))}
            {Form("Faults of the nodes’ own API", "page/node-faults", "Add", $"{Field("node-fault", "Fault", Select("node-fault", "fault", Enum.GetNames<NodeFault>()))}{Field("node-fault-node", "Node", Select("node-fault-node", "nodeId", ids, "any"))}{Field("node-fault-count", "How many", Input("node-fault-count", "count", "1", null, placeholder: "without an end", type: "number"))}", Planned("node-faults", page.NodeFaults.Current.Select(fault => (fault.Fault.ToString()!, fault.NodeId, fault.Count))))}
            {Form("Webhook URL of a node", "page/webhook-url", "Set", $"{Field("url-node", "Node", Select("url-node", "nodeId", ids))}{Field("url", "URL", Input("url", "url", "", null, placeholder: "nowhere", type: "url"))}")}
            {Form("Create a node", "page/create", "Create", $"{Field("new-name", "Name", Input("new-name", "name", "", null, isRequired: true))}{Field("new-network", "Network", Select("new-network", "network", Networks))}{Field("new-url", "Webhook URL", Input("new-url", "url", "", null, placeholder: "nowhere", type: "url"))}")}
            {Form("How the key is answered", "page/key", "Set", Html.Of($"{Field("key-answer", "Answer", Select("key-answer", "answer", Enum.GetNames<PublicKeyAnswer>(), chosen: page.Desk.Answer.ToString()))}"))}
            {Form("Rotate the key", "page/rotate-key", "Rotate", new Html("<p class=\"soft\">The cloud signs with a new key at once; a receiver has to ask for it.</p>"))}
            {Form("Certificate of a node", "page/certificate", "Make one", Field("certificate-node", "Node", Select("certificate-node", "nodeId", ids)), new Html("<p class=\"soft small\">A file with the certificate and its private key, from an authority that is forgotten.</p>"))}
            </div>
            <datalist id="nodes-known">{Html.Join(ids.Select(id => Html.Of($"<option value=\"{id}\"></option>")))}</datalist>
            """);
    }

    private static Html Form(string title, string action, string button, Html.HtmlHandler fields, Html more = default) => Form(title, action, button, Html.Of(fields), more);

    private static Html Form(string title, string action, string button, Html fields, Html more = default) => Html.Of(
        $"<section class=\"block\"><div class=\"pad\"><h2>{title}</h2><form method=\"post\" action=\"{action}\" class=\"fields\">{fields}<div class=\"actions\"><button type=\"submit\" class=\"first\">{button}</button></div></form>{more}</div></section>\n");

    private static Html Field(string id, string label, Html input) => Html.Of($"<div class=\"field\"><label for=\"{id}\">{label}</label>{input}</div>");

    private static Html Input(string id, string name, string value, string? list, bool isRequired = false, string placeholder = "", string type = "text") => Html.Of(
        $"<input id=\"{id}\" name=\"{name}\" type=\"{type}\" value=\"{value}\" placeholder=\"{placeholder}\" autocomplete=\"off\" spellcheck=\"false\"{(list is null ? default : Html.Of($" list=\"{list}\""))}{(type == "number" ? new Html(" min=\"1\"") : default)}{(isRequired ? new Html(" required") : default)}>");

    private static Html Select(string id, string name, IEnumerable<string> choices, string? none = null, string? chosen = null) => Html.Of(
        $"<select id=\"{id}\" name=\"{name}\">{(none is null ? default : Html.Of($"<option value=\"\">{none}</option>"))}{Html.Join(choices.Select(choice => Html.Of($"<option{(choice == chosen ? new Html(" selected") : default)}>{choice}</option>")))}</select>");

    private static Html Planned(string name, IEnumerable<(string Fault, string? NodeId, int? Count)> faults)
    {
        var list = faults.ToList();
        return list.Count == 0
            ? Html.Of($"<div id=\"{name}\" data-live></div>")
            : Html.Of($"<div id=\"{name}\" data-live class=\"planned\"><ul>{Html.Join(list.Select(fault => Html.Of($"<li>{Mark.OfFault(fault.Fault)} <span class=\"soft\">{fault.NodeId ?? "any node"}, {(fault.Count is { } count ? $"{count} in all" : "without an end")}</span></li>")))}</ul><form method=\"post\" action=\"page/{name}\"><button type=\"submit\" name=\"clear\" value=\"yes\">End them</button></form></div>");
    }
}
