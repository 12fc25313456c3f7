using System.CommandLine;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary>An event's id as an argument.</summary>
internal static class EventIdArgument
{
    public static Argument<EventId?> Create(string description, bool isOptional) => new("event-id")
    {
        Description = description,
        Arity = isOptional ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            if (result.Tokens.Count == 0)
            {
                return null;
            }

            if (EventId.TryParse(result.Tokens[0].Value, out var id))
            {
                return id;
            }

            result.AddError($"'{result.Tokens[0].Value}' is no event id: write the 64 digits that inbox list shows.");
            return null;
        },
    };
}
