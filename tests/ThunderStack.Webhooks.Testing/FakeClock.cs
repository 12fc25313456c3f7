namespace ThunderStack.Webhooks.Testing;

/// <summary>The clock of a process of its own, by libfaketime: apart from the machine's by an offset that can be set at any time.</summary>
public sealed class FakeClock
{
    private static readonly string[] Libraries =
    [
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
        "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
        "/usr/lib64/faketime/libfaketimeMT.so.1",
    ];

    private static readonly string? Library = Array.Find(Libraries, File.Exists);

    private readonly string _file;
    private readonly bool _isMonotonicToo;

    /// <param name="file">Where the offset is kept; the process has to be able to read it.</param>
    /// <param name="isMonotonicToo">Whether the time since the start is set back as well, as that of a machine that was suspended.</param>
    public FakeClock(string file, bool isMonotonicToo = false)
    {
        _file = file;
        _isMonotonicToo = isMonotonicToo;
        Offset = TimeSpan.Zero;
    }

    /// <summary>What a test skips with when this machine has no libfaketime.</summary>
    public static string? Missing => Library is null ? "libfaketime is not on this machine: apt-get install faketime." : null;

    /// <summary>How far the clock is ahead of the machine's.</summary>
    public TimeSpan Offset
    {
        get;
        set
        {
            field = value;

            // Moved into place whole: a reader that found half a line would see the machine's clock.
            File.WriteAllText($"{_file}.new", FormattableString.Invariant($"{value.TotalSeconds:+0.000;-0.000}\n"));
            File.Move($"{_file}.new", _file, overwrite: true);
        }
    }

    /// <summary>The variables that give a process this clock.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = Library!,
        ["FAKETIME_TIMESTAMP_FILE"] = _file,
        ["FAKETIME_NO_CACHE"] = "1",
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = _isMonotonicToo ? "0" : "1",
        ["DONT_FAKE_MONOTONIC"] = _isMonotonicToo ? "0" : "1",
    };
}
