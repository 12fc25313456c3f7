using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Management.Events;

namespace ThunderStack.Webhooks.Cli.Sources;

/// <summary>A key, or an event that was accepted with one of the keys before it.</summary>
internal readonly record struct Evidence(ArchivedKey? Key, InboxEntry? Entry)
{
    public ArchiveLine ToLine() => new(Key, Entry is null ? null : ArchivedEvent.Of(Entry));
}
