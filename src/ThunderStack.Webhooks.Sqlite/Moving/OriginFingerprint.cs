using System.Security.Cryptography;
using System.Text;

namespace ThunderStack.Webhooks.Sqlite.Moving;

/// <summary>
/// A digest by which a move that goes on recognises the file that it began with, as it was: of sums that any event, attempt or
/// replay changes, without reading the events themselves.
/// </summary>
internal static class OriginFingerprint
{
    private const string Sql =
        """
        SELECT 'ids', count(*), coalesce(hex(min(id)), ''), coalesce(hex(max(id)), ''), 0, 0 FROM event_ids
        UNION ALL SELECT 'events', coalesce(min(seq), 0), coalesce(max(seq), 0), 0, 0, 0 FROM events
        UNION ALL SELECT 'nodes', count(*), coalesce(max(seq), 0), coalesce(sum(effective_at % 1000000007), 0), 0, 0 FROM node_states
        UNION ALL SELECT * FROM (SELECT 'handler', name, first_seq, settled_through, 0, 0 FROM handlers ORDER BY handler)
        UNION ALL SELECT * FROM (
            SELECT 'deliveries ' || handler || ' ' || state, count(*), max(at), sum(attempts), coalesce(max(position), 0), sum(seq % 1000000007)
            FROM deliveries GROUP BY handler, state ORDER BY handler, state)
        """;

    public static string Of(Database database)
    {
        var text = new StringBuilder();
        using var rows = database.Query(Sql);
        while (rows.Step())
        {
            for (var column = 0; column < 6; column++)
            {
                text.Append(rows.GetText(column)).Append('\0');
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
