namespace ThunderStack.Webhooks.Cli.Commands;

/// <summary>A command that only has others below it.</summary>
internal sealed class CommandGroup : Command
{
    public CommandGroup(string name, string description, params IEnumerable<ToolCommand> commands)
        : base(name, description)
    {
        foreach (var command in commands)
        {
            Add(command);
        }
    }
}
