namespace ThunderStack.Webhooks.Management;

/// <summary>What the holder of a key may do.</summary>
public enum ManagementRole
{
    /// <summary>Look.</summary>
    Read = 0,

    /// <summary>Look, and change: replay, discard, pause, start and stop nodes.</summary>
    Operate = 1,
}
