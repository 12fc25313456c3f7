namespace ThunderStack.Cloud.Transport;

/// <summary>One question to the cloud.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path below the base address, escaped.</param>
internal sealed record CloudCall(HttpMethod Method, string Path)
{
    /// <summary>The query with its <c>?</c>, or nothing.</summary>
    public string Query { get; init; } = "";

    public byte[]? Body { get; init; }

    /// <summary>Whether asking twice does no more than asking once. Only then it is asked again after a failure.</summary>
    public bool IsRepeatable { get; init; }

    /// <summary>How long an answer may be.</summary>
    /// <value>1 MiB.</value>
    public int MaxBytes { get; init; } = 1024 * 1024;

    /// <summary>What error messages begin with.</summary>
    public string What => $"{Method} {Path}";
}
