using Microsoft.Extensions.Configuration;
using ThunderStack.Webhooks.Cli.Commands;

namespace ThunderStack.Webhooks.Cli.Doctor;

/// <summary>The options that say where a receiver's settings are.</summary>
internal sealed class SettingsOptions
{
    private const string DefaultFile = "appsettings.json";

    private readonly Option<string[]> _settings = new("--settings")
    {
        Description = $"A settings file of the receiver; of several the later wins, and the environment (ThunderStack__…) wins over all. [default: {DefaultFile}, if there is one]",
        HelpName = "FILE",
    };

    private readonly Option<string> _secrets = new("--secrets")
    {
        Description = "The folder with the receiver's secrets as files.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => "/run/secrets",
    };

    public void AddTo(ToolCommand command)
    {
        command.Add(_settings);
        command.Add(_secrets);
    }

    public IConfiguration Load(ParseResult arguments)
    {
        var files = arguments.GetValue(_settings) is { Length: > 0 } named ? named : File.Exists(DefaultFile) ? [DefaultFile] : [];
        foreach (var file in files)
        {
            NamedFile.Open(file, "the receiver's settings").Dispose();
        }

        try
        {
            return ReceiverSettings.LoadConfiguration(files, arguments.GetRequiredValue(_secrets));
        }
        catch (InvalidDataException exception)
        {
            throw new CommandException(ExitCode.Usage, $"{exception.Message} {exception.InnerException?.Message}");
        }
    }
}
