using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.PowerCut;

/// <summary>A folder to work in, and beside it what of it would survive a power cut.</summary>
internal sealed class FragileDisk(string shim) : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    /// <summary>The folder that a program works in.</summary>
    public string Live => Folder("live");

    private string Disk => Folder("disk");

    /// <summary>A receiver with its data on this disk.</summary>
    public ReceiverSettings Receiver() => ReceiverSettings.In(Live)
        .WithVariable("LD_PRELOAD", shim)
        .WithVariable("POWERCUT_LIVE", Live)
        .WithVariable("POWERCUT_DISK", Disk);

    /// <summary>After the program was killed: puts the power back on. What is there now is what had been synced.</summary>
    public void SwitchOnAgain()
    {
        Directory.Delete(Live, recursive: true);
        foreach (var file in Directory.GetFiles(Disk))
        {
            File.Copy(file, Path.Combine(Live, Path.GetFileName(file)));
        }
    }

    public void Dispose() => _folder.Dispose();

    private string Folder(string name) => Directory.CreateDirectory(_folder.File(name)).FullName;
}
