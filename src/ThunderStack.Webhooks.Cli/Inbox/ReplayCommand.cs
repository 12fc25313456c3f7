using ThunderStack.Webhooks.Cli.Sources;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary><c>inbox replay</c>.</summary>
internal sealed class ReplayCommand : DeliveryCommand
{
    private readonly Option<bool> _finished = new("--finished") { Description = "Replay what succeeded or was discarded too." };

    public ReplayCommand()
        : base("replay", "Hand dead letters out again. Of an SQLite inbox that a receiver runs on, ask the receiver; a PostgreSQL one is shared.") => Add(_finished);

    public override IReadOnlyList<string> Examples =>
    [
        "inbox replay --all --receiver http://127.0.0.1:8081",
        "inbox replay --handler ops --node my-node --from 2024-11-06T12:00:00Z",
        "inbox replay 24ccf9434d --finished",
    ];

    protected override Task<int> ChangeAsync(
        IInboxSource inbox, DeliveryFilter filter, ParseResult arguments, CancellationToken cancellationToken) =>
        inbox.ReplayAsync(filter with { DeadLettersOnly = !arguments.GetValue(_finished) }, cancellationToken);

    protected override Task ConfirmAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken) => Task.CompletedTask;

    protected override string Describe(int count) => $"{TextForms.Count(count, "delivery", "deliveries")} will be made again.";
}
