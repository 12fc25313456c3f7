namespace ThunderStack.Webhooks.Management.Access;

/// <summary>Who asks.</summary>
/// <param name="Name">The name of their key, as the audit log has it.</param>
/// <param name="Role">What they may do.</param>
public sealed record Caller(string Name, ManagementRole Role)
{
    /// <summary>Whoever sits at a machine that develops, where no key is configured.</summary>
    public static Caller Developer { get; } = new("developer", ManagementRole.Operate);

    /// <summary>Whoever asks for a route of <see cref="Routing.Audience.Anybody"/>, such as a page to sign in on.</summary>
    public static Caller Anybody { get; } = new("", ManagementRole.Read);

    /// <summary>Whether they may do what needs a role.</summary>
    /// <param name="role">The role that is needed.</param>
    public bool May(ManagementRole role) => Role >= role;
}
