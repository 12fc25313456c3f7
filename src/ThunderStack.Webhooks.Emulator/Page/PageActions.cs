using System.Globalization;
using ThunderStack.Webhooks.Emulator.Bursts;
using ThunderStack.Webhooks.Emulator.Faults;
using ThunderStack.Webhooks.Emulator.Keys;
using ThunderStack.Webhooks.Emulator.NodeApi;
using ThunderStack.Webhooks.Emulator.Nodes;
using ThunderStack.Webhooks.Emulator.Sending;

namespace ThunderStack.Webhooks.Emulator.Page;

/// <summary>What the page's forms do: the same as the APIs, with the same checks.</summary>
internal sealed class PageActions(
    EmulatedCloud cloud, WebhookComposer composer, WebhookSender sender, FaultPlan faults, NodeFaultPlan nodeFaults, BurstRunner bursts, SigningKey key, PublicKeyDesk desk)
{
    // Whoever waits for a page does not wait for a million.
    private const int MostInBurst = 10_000;

    private static readonly TimeSpan BurstLimit = TimeSpan.FromMinutes(1);

    public async Task<PageNote> SendAsync(IFormCollection form, CancellationToken cancellationToken)
    {
        var request = new SendRequest
        {
            NodeId = Text(form, "nodeId"),
            Status = Text(form, "status"),
            Url = Text(form, "url"),
            Fault = Choice<WebhookFault>(form, "fault"),
        };
        if (request.Problem() is { } problem)
        {
            return PageNote.Refused($"{problem}.");
        }

        var url = request.Url is { } given ? new Uri(given) : cloud.WebhookUrlOf(request.NodeId!);
        if (url is null)
        {
            return PageNote.Refused("There is nowhere to send to: give the node a webhook URL, or name one.");
        }

        var status = request.Status ?? "RUNNING";
        cloud.Find(request.NodeId!)?.Become(status);
        var fault = request.Fault is { } wanted ? new FaultOptions { Fault = wanted } : null;
        var sent = await sender.SendAsync(composer.Compose(request.NodeId!, status, url, null, fault), cancellationToken);
        return sent switch
        {
            { Attempts.Count: 0 } => PageNote.Done($"#{sent.Id} is held back, or lost, as it should be."),
            { Answer: { } answer } => new PageNote(answer.Status is >= 200 and < 300, $"#{sent.Id} was answered {answer.Status}."),
            _ => PageNote.Refused($"#{sent.Id} was not answered: {sent.Error}"),
        };
    }

    public PageNote ChangeNode(IFormCollection form)
    {
        if (cloud.Find(Text(form, "nodeId") ?? "") is not { } node)
        {
            return PageNote.Refused("There is no such node.");
        }

        var action = Text(form, "action");
        return action switch
        {
            "start" => Told(cloud.TryStart(node), "starts", "can only be started when it is paused or has failed"),
            "stop" => Told(cloud.TryStop(node), "stops", "is not running"),
            "upgrade" => Told(cloud.TryUpgrade(node), "is being upgraded", "is destroyed"),
            "destroy" => Told(cloud.TryDestroy(node), "is being destroyed", "is destroyed already"),
            _ => PageNote.Refused("action is unknown: write start, stop, upgrade or destroy."),
        };

        PageNote Told(bool isDone, string done, string refusal) =>
            isDone ? PageNote.Done($"{node.NodeId} {done}.") : PageNote.Refused($"{node.NodeId} {refusal}.");
    }

    public PageNote CreateNode(IFormCollection form)
    {
        var request = new CreateNodeRequest(Text(form, "name"), Text(form, "network"), new NodeSettingsRequest(Text(form, "url")));
        return request.Problem() is { } problem
            ? PageNote.Refused($"{problem}.")
            : PageNote.Done($"{cloud.Create(request.Name!, request.Network!, request.Settings?.Url).NodeId} is being created.");
    }

    public PageNote SetWebhookUrl(IFormCollection form)
    {
        var url = Text(form, "url");
        if (cloud.Find(Text(form, "nodeId") ?? "") is not { } node)
        {
            return PageNote.Refused("There is no such node.");
        }

        if (url is not null && !WebhookUrl.TryParse(url, out _))
        {
            return PageNote.Refused($"The URL is '{url}': write {WebhookUrl.Expected}.");
        }

        node.WebhookUrl = url is null ? null : new Uri(url);
        return PageNote.Done(url is null ? $"{node.NodeId} posts nowhere." : $"{node.NodeId} posts to {url}.");
    }

    public PageNote AddFault(IFormCollection form)
    {
        if (Text(form, "clear") is not null)
        {
            faults.Clear();
            return PageNote.Done("The webhooks to come have no faults.");
        }

        var fault = new FaultOptions { Fault = Choice<WebhookFault>(form, "fault"), NodeId = Text(form, "nodeId"), Count = Number(form, "count"), Every = Number(form, "every") ?? 1 };
        if (fault.Problem() is { } problem)
        {
            return PageNote.Refused($"{problem}.");
        }

        faults.Add(fault);
        return PageNote.Done($"{fault.Fault} is on its way.");
    }

    public PageNote AddNodeFault(IFormCollection form)
    {
        if (Text(form, "clear") is not null)
        {
            nodeFaults.Clear();
            return PageNote.Done("The nodes' own API has no faults.");
        }

        var fault = new NodeFaultOptions { Fault = Choice<NodeFault>(form, "fault"), NodeId = Text(form, "nodeId"), Count = Number(form, "count") };
        if (fault.Problem() is { } problem)
        {
            return PageNote.Refused($"{problem}.");
        }

        nodeFaults.Add(fault);
        return PageNote.Done($"{fault.Fault} is on its way.");
    }

    public async Task<PageNote> BurstAsync(IFormCollection form, CancellationToken cancellationToken)
    {
        var burst = new BurstRequest { Count = Number(form, "count") ?? 0, Rate = Number(form, "rate") ?? 0, NodeId = Text(form, "nodeId"), Status = Text(form, "status") ?? "RUNNING" };
        if (burst.Problem() is { } problem)
        {
            return PageNote.Refused($"{problem}.");
        }

        if (burst.Count > MostInBurst || (burst.Rate > 0 && burst.Count / burst.Rate > BurstLimit.TotalSeconds))
        {
            return PageNote.Refused($"A burst from this page has at most {MostInBurst:N0} events and takes at most a minute: POST /emulator/bursts takes larger ones.");
        }

        var ids = burst.NodeId is { } only ? [only] : cloud.Nodes.Select(node => node.NodeId).ToList();
        var targets = ids.Select(id => (NodeId: id, Url: cloud.WebhookUrlOf(id))).Where(target => target.Url is not null).Select(target => (target.NodeId, target.Url!)).ToList();
        if (targets.Count == 0)
        {
            return PageNote.Refused("There is no node to send for, or nowhere to send to: give a node a webhook URL.");
        }

        var result = await bursts.RunAsync(burst, targets, cancellationToken);
        var answers = string.Join(", ", result.Answers.OrderBy(answer => answer.Key, StringComparer.Ordinal).Select(answer => $"{answer.Value:N0} × {answer.Key}"));
        return new PageNote(result.Answers.Keys.All(answer => answer.StartsWith('2')), string.Create(CultureInfo.InvariantCulture, $"{result.Sent:N0} sent in {result.Seconds:0.0} s: {answers}."));
    }

    public PageNote RotateKey()
    {
        key.Rotate();
        return PageNote.Done("The cloud signs with a new key from here on.");
    }

    public PageNote SetKeyAnswer(IFormCollection form)
    {
        if (Choice<PublicKeyAnswer>(form, "answer") is not { } answer)
        {
            return PageNote.Refused($"The answer is unknown: write one of {string.Join(", ", Enum.GetNames<PublicKeyAnswer>())}.");
        }

        desk.Answer = answer;
        return PageNote.Done($"Whoever asks for the key is answered {answer}.");
    }

    private static string? Text(IFormCollection form, string name) => form[name] is [{ Length: > 0 } text] ? text : null;

    private static int? Number(IFormCollection form, string name) => Text(form, name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : -1;

    private static TEnum? Choice<TEnum>(IFormCollection form, string name)
        where TEnum : struct, Enum => Text(form, name) is { } text && Enum.GetNames<TEnum>().Contains(text) ? Enum.Parse<TEnum>(text) : null;
}
