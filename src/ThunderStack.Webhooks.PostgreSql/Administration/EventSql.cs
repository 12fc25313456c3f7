using NpgsqlTypes;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.PostgreSql.Administration;

/// <summary>An <see cref="EventFilter"/> in SQL. Its parameters come first, those of a statement's own behind them.</summary>
internal sealed class EventSql(SchemaName schema)
{
    /// <summary>Events, newest first, so many.</summary>
    public string List(EventFilter filter) =>
        $"SELECT {EntryColumns.Select} FROM {EntryColumns.From(schema)} WHERE {Conditions(filter)} ORDER BY e.seq DESC LIMIT $12";

    /// <summary>So many between two numbers, newest first.</summary>
    public string Window(EventFilter filter) =>
        $"""
        SELECT {EntryColumns.Select}, e.seq FROM {EntryColumns.From(schema)}
        WHERE {Conditions(filter)} AND e.seq BETWEEN $13 AND $14 ORDER BY e.seq DESC LIMIT $12
        """;

    /// <summary>So many between two numbers, oldest first.</summary>
    public string Ahead(EventFilter filter) =>
        $"""
        SELECT {EntryColumns.Select}, e.seq FROM {EntryColumns.From(schema)}
        WHERE {Conditions(filter)} AND e.seq BETWEEN $13 AND $14 ORDER BY e.seq LIMIT $12
        """;

    /// <summary>
    /// What a row of <c>events e</c> with its <c>nodes n</c> must hold. Only what is asked for, so that the plan of a node's events
    /// does not depend on what else may be.
    /// </summary>
    private string Conditions(EventFilter filter)
    {
        string?[] conditions =
        [
            filter.NodeId is null ? null : $"e.node = (SELECT f.node FROM {schema}.nodes f WHERE f.node_id = $1)",
            filter.EventType is null ? null : "e.type = $2",
            filter.From is null ? null : "e.received_at >= $3",
            filter.To is null ? null : "e.received_at < $4",
            filter.Before is null ? null : $"e.seq < (SELECT b.seq FROM {schema}.event_ids b WHERE b.id = $5)",
            filter.Status is null ? null : "e.status = $6",
            filter.Source is null ? null : "e.source = $7",
            filter.OnlyChanges ? "e.changed AND e.status IS NOT NULL" : null,
            filter.State is { } state ? HasDelivery(state, filter.Handler is not null) : null,
            filter.Text is null ? null : "(encode(e.id, 'hex') ILIKE '%' || $9 OR n.node_id ILIKE '%' || $10 || '%' OR n.node_id = ANY($11))",
        ];
        return string.Join(" AND ", conditions.OfType<string>().DefaultIfEmpty("TRUE"));
    }

    /// <summary>Adds the parameters 1 to 11.</summary>
    public static NpgsqlBatchCommand With(NpgsqlBatchCommand command, EventFilter filter)
    {
        var pattern = filter.Text is { } text ? LikePattern.Escape(text) : null;
        return command
            .With(StoredText.Encode(filter.NodeId?.Value), NpgsqlDbType.Text)
            .With(StoredText.Encode(filter.EventType), NpgsqlDbType.Text)
            .WithInstant(filter.From)
            .WithInstant(filter.To)
            .With(filter.Before?.ToByteArray(), NpgsqlDbType.Bytea)
            .With(StoredText.Encode(filter.Status?.Value), NpgsqlDbType.Text)
            .With((short)(filter.Source ?? EventSource.Webhook))
            .With(StoredText.Encode(filter.Handler), NpgsqlDbType.Text)
            .With(StoredText.Encode(pattern), NpgsqlDbType.Text)
            .With(StoredText.Encode(pattern), NpgsqlDbType.Text)
            .With(filter.TextNodes.Select(node => StoredText.Encode(node.Value)).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);
    }

    private string HasDelivery(DeliveryState state, bool ofHandler)
    {
        var named = ofHandler ? "h.name = $8 AND " : "";
        return state == DeliveryState.Pending
            ? $"""
              EXISTS (
                  SELECT FROM {schema}.handlers h JOIN {schema}.lanes l ON l.handler = h.handler AND l.node = e.node
                  WHERE {named}e.seq > l.done_through AND NOT EXISTS (SELECT FROM {schema}.deliveries d WHERE d.handler = h.handler AND d.seq = e.seq))
              """
            : $"""
              EXISTS (
                  SELECT FROM {schema}.handlers h JOIN {schema}.deliveries d ON d.handler = h.handler AND d.seq = e.seq
                  WHERE {named}d.state = {(int)state})
              """;
    }
}
