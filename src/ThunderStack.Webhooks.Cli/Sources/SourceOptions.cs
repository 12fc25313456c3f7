using ThunderStack.Webhooks.Cli.Commands;
using ThunderStack.Webhooks.Cli.Inbox;

namespace ThunderStack.Webhooks.Cli.Sources;

/// <summary>The options that say whom to ask: a database, or the receiver that runs on it.</summary>
internal sealed class SourceOptions
{
    private readonly InboxLocationOption _inbox = new();
    private readonly ReceiverOptions _receiver = new();

    public void AddTo(ToolCommand command)
    {
        _inbox.AddTo(command);
        _receiver.AddTo(command);
        command.Requires("--receiver and --inbox are two places to ask: write one of them.", given => !_receiver.IsGiven(given) || !_inbox.IsGiven(given));
    }

    /// <summary>Whether a receiver was named.</summary>
    public bool IsReceiver(ParseResult arguments) => _receiver.IsGiven(arguments);

    /// <summary>Opens it to be read; a receiver may be running on a database.</summary>
    public async Task<IInboxSource> OpenAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        if (_receiver.Open(arguments, terminal) is { } receiver)
        {
            return new ReceiverSource(receiver);
        }

        var reader = await _inbox.Read(arguments).OpenReaderAsync(cancellationToken);
        return new DatabaseSource(reader, owner: null, reader);
    }

    /// <summary>Opens it for changes; of an SQLite file no receiver may be the owner.</summary>
    public async Task<IInboxSource> OpenForChangeAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        if (_receiver.Open(arguments, terminal) is { } receiver)
        {
            return new ReceiverSource(receiver);
        }

        var inbox = await _inbox.Read(arguments).OpenAsync(cancellationToken);
        return new DatabaseSource(inbox, inbox, inbox);
    }
}
