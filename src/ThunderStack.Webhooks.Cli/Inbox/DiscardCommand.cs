using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.Cli.Sources;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary><c>inbox discard</c>.</summary>
internal sealed class DiscardCommand : DeliveryCommand
{
    private readonly Confirmation _confirmation = new();

    public DiscardCommand()
        : base("discard", "Let dead letters go; their events stay until retention removes them. Asks first.") => _confirmation.AddTo(this);

    public override IReadOnlyList<string> Examples => ["inbox discard --handler ops --yes", "inbox discard --all --receiver http://127.0.0.1:8081"];

    protected override Task<int> ChangeAsync(
        IInboxSource inbox, DeliveryFilter filter, ParseResult arguments, CancellationToken cancellationToken) =>
        inbox.DiscardAsync(filter, cancellationToken);

    protected override Task ConfirmAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken) =>
        _confirmation.AskAsync("Discard these dead letters?", arguments, terminal, cancellationToken);

    protected override string Describe(int count) => $"{TextForms.Count(count, "dead letter")} discarded.";
}
