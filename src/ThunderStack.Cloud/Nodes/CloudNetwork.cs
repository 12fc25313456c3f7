using System.Text.Json.Serialization;

namespace ThunderStack.Cloud.Nodes;

/// <summary>The Bitcoin network of a node. The set is open: a network that the cloud adds tomorrow arrives as it was sent.</summary>
/// <remarks>Source: the cloud's OpenAPI file, and for <see cref="BitfinexRegtest"/> its public API tests.</remarks>
/// <param name="Value">The network as sent, case-sensitive.</param>
[JsonConverter(typeof(Converter))]
public readonly record struct CloudNetwork(string Value)
{
    /// <summary><c>regtest</c>: a network for tests, without value.</summary>
    public static CloudNetwork Regtest { get; } = new("regtest");

    /// <summary><c>testnet</c>: Bitcoin's public test network.</summary>
    public static CloudNetwork Testnet { get; } = new("testnet");

    /// <summary><c>bitfinex_regtest</c>: seen in the cloud's API tests only.</summary>
    public static CloudNetwork BitfinexRegtest { get; } = new("bitfinex_regtest");

    /// <inheritdoc/>
    public override string ToString() => Value ?? "";

    internal sealed class Converter() : OpenValueConverter<CloudNetwork>(value => new(value), network => network.ToString());
}
