namespace ThunderStack.Webhooks.Emulator.NodeApi;

/// <summary>What can go wrong with a call to a node's own API.</summary>
public enum NodeFault
{
    /// <summary>An unlock is refused, whatever its password.</summary>
    WrongPassword,

    /// <summary>An unlock takes its time; other calls meanwhile are told that the node is changing state.</summary>
    SlowUnlock,

    /// <summary>The call is never answered.</summary>
    Hang,

    /// <summary>The call is told that the node is changing state.</summary>
    ChangingState,

    /// <summary>The node's error has no <c>name</c>, as in older builds.</summary>
    NamelessError,

    /// <summary>The gateway answers 502 while the cloud says RUNNING.</summary>
    Unreachable,

    /// <summary>An unlock is answered 200, and the node stays locked.</summary>
    UnlockDoesNotStick,
}
