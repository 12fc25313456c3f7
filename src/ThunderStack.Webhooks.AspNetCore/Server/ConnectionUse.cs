namespace ThunderStack.Webhooks.AspNetCore.Server;

/// <summary>What a connection is used for, in the order in which it has to give way to others.</summary>
internal enum ConnectionUse
{
    /// <summary>Nothing has been asked yet.</summary>
    Silent,

    /// <summary>It was answered and may ask again.</summary>
    Idle,

    /// <summary>A body is waited for.</summary>
    Receiving,

    /// <summary>An event has arrived whole: it is verified and stored. Never interrupted.</summary>
    Working,
}
