namespace ThunderStack.Webhooks.Management;

/// <summary>How long the actions of <see cref="IManagementActions"/> may take: the <see cref="ManagementRoute.Limit"/> of a route that does one.</summary>
public static class ActionLimits
{
    /// <summary>Of what one call of the cloud does, with its retries: start, stop, restart, set a webhook URL.</summary>
    /// <value>45 s.</value>
    public static TimeSpan CloudCall { get; } = TimeSpan.FromSeconds(45);

    /// <summary>Of unlocking a node, and looking whether it is ready.</summary>
    /// <value>2 minutes.</value>
    public static TimeSpan Unlock { get; } = TimeSpan.FromMinutes(2);

    /// <summary>Of collecting a node's logs.</summary>
    /// <value>90 s.</value>
    public static TimeSpan Logs { get; } = TimeSpan.FromSeconds(90);

    /// <summary>Of replaying or discarding deliveries.</summary>
    /// <value>2 minutes.</value>
    public static TimeSpan Deliveries { get; } = TimeSpan.FromMinutes(2);
}
