using Spectre.Console;
using ThunderStack.Cloud;

namespace ThunderStack.Webhooks.Cli.Commands;

/// <summary>Asks before what cannot be undone, unless <c>--yes</c> says so already.</summary>
internal sealed class Confirmation
{
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask." };

    public void AddTo(Command command) => command.Add(_yes);

    /// <exception cref="CommandException">The answer is no, or there is nobody to ask.</exception>
    public async Task AskAsync(string question, ParseResult arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(_yes))
        {
            return;
        }

        if (!terminal.CanAsk)
        {
            throw new CommandException(ExitCode.Usage, $"{question} Not interactive; pass --yes.");
        }

        var prompt = new ConfirmationPrompt(Markup.Escape(VisibleText.Escape(question))) { DefaultValue = false };
        if (!await prompt.ShowAsync(terminal.Error, cancellationToken))
        {
            throw new CommandException(ExitCode.Failed, "Nothing was changed.");
        }
    }
}
