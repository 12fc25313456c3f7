using System.Text.Json.Serialization;

namespace ThunderStack.Cloud.Nodes;

/// <summary>The status of a node in the cloud. The set is open: a value that the cloud adds tomorrow arrives as it was sent.</summary>
/// <remarks>Source: the cloud's OpenAPI file, and for <see cref="Paused"/> the webhook documentation.</remarks>
/// <param name="Value">The status as sent, case-sensitive.</param>
[JsonConverter(typeof(Converter))]
public readonly record struct CloudNodeStatus(string Value)
{
    /// <summary><c>STARTING</c>: the node is starting.</summary>
    public static CloudNodeStatus Starting { get; } = new("STARTING");

    /// <summary><c>RUNNING</c>: the node is running.</summary>
    public static CloudNodeStatus Running { get; } = new("RUNNING");

    /// <summary><c>PAUSED</c>: the node is stopped.</summary>
    public static CloudNodeStatus Paused { get; } = new("PAUSED");

    /// <summary><c>IN_PROGRESS</c>: an operation is in progress.</summary>
    public static CloudNodeStatus InProgress { get; } = new("IN_PROGRESS");

    /// <summary><c>FAILED</c>: the node has failed.</summary>
    public static CloudNodeStatus Failed { get; } = new("FAILED");

    /// <summary><c>DESTROING</c> (the cloud's spelling): the node is being destroyed.</summary>
    public static CloudNodeStatus Destroying { get; } = new("DESTROING");

    /// <summary><c>DESTROYED</c>: the node is gone.</summary>
    public static CloudNodeStatus Destroyed { get; } = new("DESTROYED");

    /// <inheritdoc/>
    public override string ToString() => Value ?? "";

    internal sealed class Converter() : OpenValueConverter<CloudNodeStatus>(value => new(value), status => status.ToString());
}
