using System.Diagnostics;
using ThunderStack.Webhooks.Cli.Http;

namespace ThunderStack.Webhooks.Cli.Doctor;

/// <summary>Whether this machine's clock agrees with the cloud's, by the Date of an answer, whatever its status.</summary>
internal static class ClockCheck
{
    public const string Name = "clock";

    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public static async Task<Finding> RunAsync(string cloudAddress, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(cloudAddress, UriKind.Absolute, out var url))
        {
            return Finding.Skip(Name, "the cloud's address cannot be read");
        }

        try
        {
            using var http = ToolHttp.Create(url, Timeout);
            var started = Stopwatch.GetTimestamp();
            using var response = await http.GetAsync(new Uri(url, "/api/webhook-public-key"), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var now = TimeProvider.System.GetUtcNow() - (Stopwatch.GetElapsedTime(started) / 2);
            if (response.Headers.Date is not { } date)
            {
                return Finding.Skip(Name, "the cloud does not say what time it is");
            }

            // The header has whole seconds.
            var offset = now - date.AddMilliseconds(500);
            return offset.Duration() <= Tolerance
                ? Finding.Pass(Name, $"within {Math.Max(1, Math.Ceiling(offset.Duration().TotalSeconds)):0} s of the cloud's")
                : Finding.Fail(
                    Name,
                    $"{offset.Duration().TotalSeconds:0} s {(offset > TimeSpan.Zero ? "ahead of" : "behind")} the cloud's: a node's latest status may be the wrong one",
                    "let this machine keep time (NTP)");
        }
        catch (Exception exception) when (ToolHttp.IsFailure(exception, cancellationToken))
        {
            return Finding.Skip(Name, $"the cloud cannot be asked. {ToolHttp.Describe(exception, Timeout)}");
        }
    }
}
