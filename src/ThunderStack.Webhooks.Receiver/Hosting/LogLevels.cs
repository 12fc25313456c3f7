namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>Checks <c>Logging:LogLevel</c>, of which the framework says what is wrong but not where, and only with a stack trace.</summary>
internal static class LogLevels
{
    private const string Section = "LogLevel";

    /// <exception cref="StartupException">A level is unknown. Nothing can be built that could find other problems too.</exception>
    public static void ThrowIfAnyIsUnknown(IConfiguration configuration)
    {
        var logging = configuration.GetSection("Logging");
        var levels = logging.GetSection(Section).GetChildren().Concat(logging.GetChildren().SelectMany(provider => provider.GetSection(Section).GetChildren()));
        foreach (var level in levels)
        {
            if (!string.IsNullOrEmpty(level.Value) && !Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out _))
            {
                throw new StartupException($"{level.Path} is \"{level.Value}\": write {string.Join(", ", Enum.GetNames<LogLevel>()[..^1])} or {LogLevel.None}.");
            }
        }
    }
}
