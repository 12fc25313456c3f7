using System.Text.Json.Serialization;

namespace ThunderStack.Cloud.Nodes;

/// <summary>How a build of a node went. The set is open: a value that the cloud adds tomorrow arrives as it was sent.</summary>
/// <param name="Value">The status as sent, case-sensitive.</param>
[JsonConverter(typeof(Converter))]
public readonly record struct CloudBuildStatus(string Value)
{
    /// <summary><c>SUCCESS</c>: the build is done.</summary>
    public static CloudBuildStatus Success { get; } = new("SUCCESS");

    /// <summary><c>FAILURE</c>: the build has failed.</summary>
    public static CloudBuildStatus Failure { get; } = new("FAILURE");

    /// <summary><c>IN_PROGRESS</c>: the build is running.</summary>
    public static CloudBuildStatus InProgress { get; } = new("IN_PROGRESS");

    /// <inheritdoc/>
    public override string ToString() => Value ?? "";

    internal sealed class Converter() : OpenValueConverter<CloudBuildStatus>(value => new(value), status => status.ToString());
}
