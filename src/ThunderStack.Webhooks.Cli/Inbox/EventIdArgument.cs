namespace ThunderStack.Webhooks.Cli.Inbox;

/// <summary>An event's id as an argument.</summary>
internal static class EventIdArgument
{
    public static Argument<EventIdText?> Create(string description, bool isOptional) => new("event-id")
    {
        Description = description,
        Arity = isOptional ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            if (result.Tokens.Count == 0)
            {
                return null;
            }

            if (EventIdText.Parse(result.Tokens[0].Value) is { } id)
            {
                return id;
            }

            result.AddError($"'{result.Tokens[0].Value}' is no event id: {EventIdText.Remedy}.");
            return null;
        },
    };
}
