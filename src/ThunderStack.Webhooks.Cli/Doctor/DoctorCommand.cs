using ThunderStack.Cloud.Nodes;
using ThunderStack.Webhooks.Cli.Checks;
using ThunderStack.Webhooks.Cli.Cloud;
using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.Cli.Http;

namespace ThunderStack.Webhooks.Cli.Doctor;

/// <summary><c>doctor</c>.</summary>
internal sealed class DoctorCommand : ToolCommand
{
    private readonly SettingsOptions _settings = new();

    private readonly Option<Uri?> _url = UrlOption.Create("--url", "The receiver's public webhook URL, unless its settings say (ThunderStack:Webhook:PublicUrl) or all its nodes agree on one.");

    private readonly CloudOptions _cloud = new();

    public DoctorCommand()
        : base("doctor", "Find out why events do not arrive: settings, key, token, clock, nodes, webhook URLs, certificate, and a forged event.")
    {
        _settings.AddTo(this);
        Add(_url);
        _cloud.AddTo(this);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "doctor --settings appsettings.json --url https://hooks.example.com/webhooks/thunderstack",
        "doctor --url https://hooks.example.com/webhooks/thunderstack --output json",
    ];

    protected override async Task<ExitCode> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var settings = new ReceiverSettings(_settings.Load(arguments));
        var findings = new List<Finding>();
        Tell(ConfigurationCheck.Run(settings));

        using var cloud = new CloudSession(
            _cloud.Named(arguments) ?? settings.Cloud.BaseAddress, settings.Cloud.ApiToken is { Length: > 0 } token ? token : terminal.Host.Variable(ToolEnvironment.ApiToken), terminal);
        Tell([await KeyCheck.RunAsync(settings, cloud, cancellationToken)]);
        var (account, nodes) = await AccountCheck.RunAsync(cloud, cancellationToken);
        Tell([account]);
        Tell([await ClockCheck.RunAsync(cloud.Address, cancellationToken)]);

        var url = arguments.GetValue(_url) ?? settings.PublicUrl;
        Tell(NodesCheck.Run(settings, nodes, url));
        url ??= Agreed(settings, nodes);
        Tell([await CertificateCheck.RunAsync(url, cancellationToken)]);
        var node = settings.Nodes.Nodes.FirstOrDefault()?.NodeId ?? "doctor";
        Tell([await ForgeryCheck.RunAsync(url, settings.Webhook.SignatureHeader, node, cancellationToken)]);

        var ill = findings.Count(finding => finding.Result == CheckResult.Failed);
        terminal.Write(new Diagnosis(ill == 0, url?.AbsoluteUri, findings), _ =>
        {
            terminal.WriteLine();
            terminal.WriteLine(ill == 0 ? "No problems found." : $"{ill} {(ill == 1 ? "problem" : "problems")} found.");
        });
        return ill == 0 ? ExitCode.Ok : ExitCode.Failed;

        // Each check as it ends: some wait for an answer.
        void Tell(IEnumerable<Finding> found)
        {
            foreach (var finding in found)
            {
                findings.Add(finding);
                if (!terminal.IsJson)
                {
                    // No full stop behind the remedy: most are commands, which are copied to the end of the line.
                    terminal.WriteCheck(finding.Result, finding.Check, finding.Remedy is null ? finding.Detail : $"{finding.Detail.TrimEnd('.')}. Fix: {finding.Remedy}");
                }
            }
        }
    }

    private static Uri? Agreed(ReceiverSettings settings, IReadOnlyList<CloudNode>? nodes)
    {
        var urls = (nodes ?? [])
            .Where(node => settings.Nodes.Nodes.Any(configured => configured.NodeId == node.NodeId))
            .Select(node => node.Settings?.WebhookUrl).Where(url => !string.IsNullOrEmpty(url)).Distinct().ToList();
        return urls is [var only] && Uri.TryCreate(only, UriKind.Absolute, out var agreed) && agreed.Scheme is "https" or "http" ? agreed : null;
    }
}
