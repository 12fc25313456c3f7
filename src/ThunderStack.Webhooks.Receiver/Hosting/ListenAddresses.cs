using System.Globalization;

namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>
/// Checks where Kestrel is told to listen. It takes some of what cannot be meant (port "abc" is port 80 of any address), and fails
/// at the rest with a stack trace.
/// </summary>
internal static class ListenAddresses
{
    private const string Example = "Example: http://*:8080";

    public static IEnumerable<string> Problems(IConfiguration configuration)
    {
        foreach (var address in Split(configuration["urls"]).Where(address => !IsAddress(address)))
        {
            yield return $"ASPNETCORE_URLS has \"{address}\", which is no address to listen at. {Example}.";
        }

        foreach (var key in (string[])["http_ports", "https_ports"])
        {
            foreach (var port in Split(configuration[key]).Where(port => !IsPort(port)))
            {
                yield return $"ASPNETCORE_{key.ToUpperInvariant()} has \"{port}\", which is no port. Example: 8080.";
            }
        }

        foreach (var endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren())
        {
            if (endpoint["Url"] is { } address && !IsAddress(address))
            {
                yield return $"{endpoint.Path}:Url is \"{address}\", which is no address to listen at. {Example}.";
            }
        }
    }

    private static string[] Split(string? list) => list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static bool IsPort(string text) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static bool IsAddress(string text)
    {
        try
        {
            var address = BindingAddress.Parse(text);
            return address.Scheme is "http" or "https" && address.PathBase.Length == 0
                && (address.IsUnixPipe || address.IsNamedPipe || (address.Port is >= 0 and <= ushort.MaxValue && IsHost(address.Host)));
        }
        catch (FormatException)
        {
            return false;
        }
    }

    // A colon in a host is one of an IPv6 address, or belongs to a port that was not understood.
    private static bool IsHost(string host) => !host.Contains(':') || (host[0] == '[' && host[^1] == ']');
}
