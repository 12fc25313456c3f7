namespace ThunderStack.Webhooks.Benchmarks.Servers;

/// <summary>A limit of a process's CPU time, as a container's: a control group of its own, by version 1 or 2 of them.</summary>
internal sealed class ProcessorShare : IDisposable
{
    private const string Root = "/sys/fs/cgroup";
    private const string FirstVersion = $"{Root}/cpu";

    // Shorter than the 100 ms of a container, so that a server whose time is up does not rest for long.
    private const int PeriodMicroseconds = 10_000;

    private readonly DirectoryInfo _group;

    private ProcessorShare(string name) => _group = Directory.CreateDirectory(name);

    /// <summary>Limits a process to a part of one core's time, in percent. To be disposed of when the process has ended.</summary>
    public static ProcessorShare Of(int processId, int percent)
    {
        ProcessorShare? share = null;
        try
        {
            var isFirstVersion = Directory.Exists(FirstVersion);
            share = new ProcessorShare(Path.Combine(isFirstVersion ? FirstVersion : Root, $"thunderstack-benchmark-{processId}"));
            var quota = PeriodMicroseconds * percent / 100;
            if (isFirstVersion)
            {
                share.Set("cpu.cfs_period_us", $"{PeriodMicroseconds}");
                share.Set("cpu.cfs_quota_us", $"{quota}");
            }
            else
            {
                share.Set("cpu.max", $"{quota} {PeriodMicroseconds}");
            }

            share.Set("cgroup.procs", $"{processId}");
            return share;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            share?.Dispose();
            throw new InvalidOperationException(
                $"A share of a core cannot be had here: {exception.Message} It takes a control group with the cpu controller, which root may make. Whole cores are had with --share 100.",
                exception);
        }
    }

    public void Dispose()
    {
        // A process that has just ended may still be counted.
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                _group.Delete();
                return;
            }
            catch (IOException) when (attempt < 100)
            {
                Thread.Yield();
            }
        }
    }

    private void Set(string file, string value) => File.WriteAllText(Path.Combine(_group.FullName, file), value);
}
