using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Nodes;

namespace ThunderStack.Webhooks.Management.Events;

/// <summary>An event as it is exported.</summary>
/// <param name="Event">What lists show of it, too.</param>
/// <param name="Body">The body, when it is text.</param>
internal sealed record ExportedEventView(EventView Event, string? Body);

/// <summary>Events as a file, read page by page while it is sent: it may be longer than fits into memory.</summary>
internal sealed class ExportRoutes(IInboxAdministration inbox, NodeDirectory nodes, EventViews views) : IManagementFeature
{
    private const string Ndjson = "ndjson";
    private const string Csv = "csv";
    private const string Archive = "archive";
    private const int PageLength = 200;

    private static readonly string[] Columns = ["id", "receivedAt", "nodeId", "nodeName", "source", "eventType", "status", "timestamp", "isChange", "body"];

    public void Map(ManagementRoutes routes) => routes.Map(
        ManagementRoute.Get<string>("/api/v1/events/export", "Events with their bodies, the newest first, as a stream; or with all their evidence, the oldest first.") with
        {
            Query = [new("format", "ndjson, a JSON document a line; csv; or archive, a line for each event and, before the first that needs it, each key."), .. EventQuery.Parameters],
            Answer = null,
            ContentType = "application/x-ndjson",
            Limit = null,
        },
        ExportAsync);

    private Task ExportAsync(ManagementCall call)
    {
        var filter = EventQuery.Read(call, nodes) with { Limit = PageLength };
        return call.Text("format") switch
        {
            null or Ndjson => SendAsync(call, "application/x-ndjson", Ndjson, PagesAsync(filter, call.Cancelled), header: null, WriteLine),
            Csv => SendAsync(call, "text/csv; charset=utf-8; header=present", Csv, PagesAsync(filter, call.Cancelled), CsvLine.Of(Columns), WriteRow),
            Archive => SendAsync(call, "application/x-ndjson", "jsonl", ArchivePagesAsync(filter, call.Cancelled), header: null, WriteLine),
            _ => throw ManagementException.BadRequest("format is unknown: write ndjson, csv or archive."),
        };
    }

    private static async Task SendAsync<TItem>(
        ManagementCall call, string contentType, string extension, IAsyncEnumerable<IReadOnlyList<TItem>> all, string? header, Func<TItem, string> write)
    {
        var response = call.Context.Response;
        await using var pages = all.GetAsyncEnumerator(call.Cancelled);

        // Before the answer begins, so that what cannot be asked is a problem document.
        var isMore = await pages.MoveNextAsync();
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = contentType;
        response.Headers.ContentDisposition = $"attachment; filename=\"events.{extension}\"";
        var text = new StringBuilder(header);
        while (isMore)
        {
            foreach (var entry in pages.Current)
            {
                text.Append(write(entry));
            }

            await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), call.Cancelled);
            await response.Body.FlushAsync(call.Cancelled);
            text.Clear();
            isMore = await pages.MoveNextAsync();
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<InboxEntry>> PagesAsync(EventFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await inbox.PageAsync(filter, cursor, cancellationToken);
            yield return page.Items;
            cursor = page.Next;
        }
        while (cursor is not null);
    }

    /// <summary>Every event with its evidence, and before the first that needs it each key.</summary>
    private async IAsyncEnumerable<IReadOnlyList<ArchiveLine>> ArchivePagesAsync(EventFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var keys = await inbox.ListKeysAsync(cancellationToken);
        var written = new HashSet<KeyFingerprint>();
        var page = new List<ArchiveLine>();
        await foreach (var entry in inbox.ReadAllAsync(filter, cancellationToken))
        {
            if (entry.Key is { } fingerprint && written.Add(fingerprint))
            {
                // Events may have come since the keys were read, with a new key.
                keys = keys.ContainsKey(fingerprint) ? keys : await inbox.ListKeysAsync(cancellationToken);
                if (keys.TryGetValue(fingerprint, out var key))
                {
                    page.Add(new ArchiveLine(new ArchivedKey(fingerprint.Value, Convert.ToBase64String(key.Span)), null));
                }
            }

            page.Add(new ArchiveLine(null, ArchivedEvent.Of(entry)));
            if (page.Count >= PageLength)
            {
                yield return page;
                page = [];
            }
        }

        yield return page;
    }

    private static string WriteLine(ArchiveLine line) => JsonSerializer.Serialize(line, ManagementJson.Options) + "\n";

    private string WriteLine(InboxEntry entry) =>
        JsonSerializer.Serialize(new ExportedEventView(views.Of(entry), EventDetailView.TextOf(entry)), ManagementJson.Options) + "\n";

    private string WriteRow(InboxEntry entry)
    {
        var view = views.Of(entry);
        return CsvLine.Of(
            view.Id, $"{view.ReceivedAt:O}", view.NodeId, view.NodeName, ManagementJson.Name(view.Source.ToString()), view.EventType, view.Status,
            view.Timestamp is { } at ? $"{at:O}" : null, view.IsChange ? "true" : "false", EventDetailView.TextOf(entry));
    }
}
