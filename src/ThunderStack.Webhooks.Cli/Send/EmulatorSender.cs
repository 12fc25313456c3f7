using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using ThunderStack.Webhooks.Cli.Http;

namespace ThunderStack.Webhooks.Cli.Send;

/// <summary>Lets an emulated cloud change a node's status: it makes the event, signs it with its own key and sends it.</summary>
internal sealed class EmulatorSender(Uri emulator, Uri? to, string header, TimeSpan timeout) : ITestSender
{
    // The emulator waits for the receiver in its turn.
    private readonly TimeSpan _patience = timeout + TimeSpan.FromSeconds(15);
    private readonly HttpClient _http = ToolHttp.Create(emulator, timeout + TimeSpan.FromSeconds(15));

    public async Task<IReadOnlyList<SentEvent>> SendAsync(SendPlan plan, int number, CancellationToken cancellationToken)
    {
        var status = plan.StatusOf(number);
        var started = Stopwatch.GetTimestamp();
        var emulated = await ChangeStatusAsync(plan.NodeOf(number), status, plan.Tamper, cancellationToken);
        var kind = plan.Tamper ? SentKind.Tampered : SentKind.Original;
        var original = emulated.Answer is { } answer
            ? SentEvent.Answered(number, status, kind, answer.Status, answer.Body, started)
            : SentEvent.Unanswered(number, status, kind, emulated.Error ?? "No answer.", started);
        if (!plan.Duplicate)
        {
            return [original];
        }

        using var poster = new WebhookPoster(emulated.Url, header, timeout);
        return [original, await poster.PostAsync(number, status, SentKind.Duplicate, emulated.ToSignedBody(), cancellationToken)];
    }

    public void Dispose() => _http.Dispose();

    private async Task<EmulatedEvent> ChangeStatusAsync(string nodeId, string status, bool tamper, CancellationToken cancellationToken)
    {
        var request = new Dictionary<string, string> { ["nodeId"] = nodeId, ["status"] = status };
        if (to is not null)
        {
            request["url"] = to.AbsoluteUri;
        }

        if (tamper)
        {
            request["fault"] = "TamperedBody";
        }

        try
        {
            using var response = await _http.PostAsJsonAsync(new Uri(emulator, "/emulator/events"), request, cancellationToken);
            var answer = await response.Content.ReadAsStringAsync(cancellationToken);

            // 502: it was sent, and not answered.
            return (int)response.StatusCode is 200 or 502 && JsonSerializer.Deserialize<EmulatedEvent>(answer, Json.Line) is { } sent
                ? sent
                : throw new CommandException(ExitCode.Unavailable, $"The emulator at {emulator} answered {(int)response.StatusCode}: {answer}");
        }
        catch (JsonException)
        {
            throw new CommandException(ExitCode.Unavailable, $"What listens at {emulator} is no emulator that this tool knows.");
        }
        catch (Exception exception) when (ToolHttp.IsFailure(exception, cancellationToken))
        {
            throw new CommandException(ExitCode.Unavailable, $"The emulator at {emulator}: {ToolHttp.Describe(exception, _patience)}");
        }
    }
}
