namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>Checks <c>Logging:LogLevel</c>, of which the framework says what is wrong but not where, and only with a stack trace.</summary>
internal static class LogLevels
{
    private const string Section = "LogLevel";

    /// <exception cref="StartupException">A level is unknown. Nothing can be built that could find other problems too.</exception>
    public static void ThrowIfAnyIsUnknown(IConfiguration configuration)
    {
        if (Problems(configuration).ToList() is { Count: > 0 } problems)
        {
            throw new StartupException(string.Join(' ', problems));
        }
    }

    /// <summary>What is wrong with levels, each by its key.</summary>
    public static IEnumerable<string> Problems(IConfiguration configuration)
    {
        var logging = configuration.GetSection("Logging");
        return from level in logging.GetSection(Section).GetChildren().Concat(logging.GetChildren().SelectMany(provider => provider.GetSection(Section).GetChildren()))
               where !string.IsNullOrEmpty(level.Value) && !Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out _)
               select $"{level.Path} is unknown: write {string.Join(", ", Enum.GetNames<LogLevel>()[..^1])} or {LogLevel.None}.";
    }
}
