namespace ThunderStack.Webhooks.Receiver.Settings;

/// <summary>Looks at the settings files, and says what of a change cannot be used.</summary>
internal sealed partial class SettingsPolling(
    IReadOnlyList<PolledFiles> files, SettingsChanges changes, TimeProvider timeProvider, ILogger<SettingsPolling> logger) : BackgroundService
{
    // A change counts when two looks in a row have seen it.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, timeProvider);
        changes.Start();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var polled in files)
            {
                Poll(polled);
            }
        }
    }

    private void Poll(PolledFiles polled)
    {
        try
        {
            foreach (var problem in polled.Poll())
            {
                Log.NotUsable(logger, problem);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // One of those that follow the settings, such as the framework's log levels; SettingsChanges has told which setting it is.
            Log.Refused(logger, exception.GetBaseException().Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(610, LogLevel.Error, "{Problem} The settings that it had before go on")]
        public static partial void NotUsable(ILogger logger, string problem);

        [LoggerMessage(611, LogLevel.Debug, "A change of the settings was refused: {Problem}")]
        public static partial void Refused(ILogger logger, string problem);
    }
}
