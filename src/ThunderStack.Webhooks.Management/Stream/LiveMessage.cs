using System.Text;
using System.Text.Json;

namespace ThunderStack.Webhooks.Management.Stream;

/// <summary>A message as it is sent to everybody: written once.</summary>
/// <param name="Number">Its number in the feed.</param>
/// <param name="Bytes">The event of the stream, as the HTML standard has it.</param>
internal sealed record LiveMessage(long Number, byte[] Bytes)
{
    /// <summary>Sent where something may have been missed: the reader lists again.</summary>
    public const string Reset = "reset";

    public static LiveMessage Of(string feed, long number, string name, object data) => new(
        number,
        Encoding.UTF8.GetBytes($"id: {feed}-{number}\nevent: {name}\ndata: {JsonSerializer.Serialize(data, ManagementJson.Options)}\n\n"));
}
