namespace ThunderStack.Webhooks.Management.Access;

/// <summary>Who asks.</summary>
/// <param name="Name">The name of the key, as the audit log has it.</param>
/// <param name="Role">What they may do.</param>
internal sealed record Caller(string Name, ManagementRole Role)
{
    /// <summary>Whoever sits at a machine that develops, where no key is configured.</summary>
    public static Caller Developer { get; } = new("developer", ManagementRole.Operate);

    /// <summary>Whoever has not shown a key, where none is needed: to sign in.</summary>
    public static Caller Anybody { get; } = new("", ManagementRole.Read);

    public bool May(ManagementRole role) => Role >= role;
}
