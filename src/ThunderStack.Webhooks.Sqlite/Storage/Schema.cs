namespace ThunderStack.Webhooks.Sqlite.Storage;

/// <summary>The tables, version by version.</summary>
internal static class Schema
{
    /// <summary>Marks a file as an inbox: "TsIn".</summary>
    public const long ApplicationId = 0x5473_496E;

    /// <summary>In place of a key's number: the event has none.</summary>
    public const long NoKey = 0;

    // Entry n takes the schema from version n to n + 1. What was released is never edited.
    private static readonly string[] Migrations =
    [
        """
        -- Decides what is a duplicate, for ever. Ids begin with the event's time, so this tree grows at its end.
        CREATE TABLE event_ids(
            id  BLOB PRIMARY KEY NOT NULL,
            seq INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE public_keys(
            key         INTEGER PRIMARY KEY,
            fingerprint TEXT NOT NULL UNIQUE,
            spki        BLOB NOT NULL
        ) STRICT;

        -- occurred_at is in microseconds, received_at in milliseconds, both since 1970-01-01 UTC.
        CREATE TABLE events(
            seq             INTEGER PRIMARY KEY,
            id              BLOB NOT NULL,
            node_id         TEXT NOT NULL,
            type            TEXT NOT NULL,
            status          TEXT,
            event_timestamp TEXT,
            occurred_at     INTEGER,
            received_at     INTEGER NOT NULL,
            key             INTEGER NOT NULL,
            signature       BLOB NOT NULL,
            body            BLOB NOT NULL
        ) STRICT;

        -- effective_at is in microseconds.
        CREATE TABLE node_states(
            node_id      TEXT PRIMARY KEY NOT NULL,
            status       TEXT NOT NULL,
            effective_at INTEGER NOT NULL,
            seq          INTEGER NOT NULL,
            event_id     BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- Every event from first_seq to settled_through has a row in deliveries, or has been removed.
        CREATE TABLE handlers(
            handler         INTEGER PRIMARY KEY,
            name            TEXT NOT NULL UNIQUE,
            first_seq       INTEGER NOT NULL,
            settled_through INTEGER NOT NULL
        ) STRICT;

        -- state: 1 scheduled, 2 succeeded, 3 dead-lettered, 4 discarded. No row: pending. Times in milliseconds.
        -- position is the turn of a replayed delivery: seq << 20 of the event it stands behind, and a count.
        CREATE TABLE deliveries(
            handler  INTEGER NOT NULL,
            seq      INTEGER NOT NULL,
            state    INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            at       INTEGER NOT NULL,
            due_at   INTEGER,
            position INTEGER,
            error    TEXT,
            PRIMARY KEY(handler, seq)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX deliveries_unfinished ON deliveries(state, seq) WHERE state = 1 OR state = 3;

        -- The last good keys of each source, newest first.
        CREATE TABLE trusted_keys(
            source       TEXT NOT NULL,
            position     INTEGER NOT NULL,
            key          INTEGER NOT NULL,
            confirmed_at INTEGER NOT NULL,
            retired_at   INTEGER,
            PRIMARY KEY(source, position)
        ) STRICT, WITHOUT ROWID;

        -- Written after a failure, to learn whether commits work again.
        CREATE TABLE probes(
            probe  INTEGER PRIMARY KEY,
            filler BLOB NOT NULL
        ) STRICT;
        """,
        """
        -- 0 a webhook, 1 reconciled: that one has no signature and the key 0.
        ALTER TABLE events ADD COLUMN source INTEGER NOT NULL DEFAULT 0;
        """,
        """
        -- A node's events are looked up stretch by stretch (NodeEvents). So this tree grows at its end, too: of an index on the node
        -- alone, an event would dirty a page anywhere, which took 40 % of the throughput with 50 nodes.
        CREATE INDEX events_of_node ON events(seq / 64, node_id);
        """,
        """
        -- source: 2 observed, without a signature like 1. changed: whether the event changed its node's status; 1 for one without a
        -- status. In deliveries, state 5 is filtered and 6 superseded.
        ALTER TABLE events ADD COLUMN changed INTEGER NOT NULL DEFAULT 1;

        -- What needs a person. Times in milliseconds. event_id is the last change, reminder_id the last reminder; both NULL once the
        -- same condition has opened again.
        CREATE TABLE conditions(
            condition   INTEGER PRIMARY KEY,
            kind        TEXT NOT NULL,
            subject     TEXT NOT NULL,
            node_id     TEXT NOT NULL,
            severity    INTEGER NOT NULL,
            message     TEXT NOT NULL,
            remedy      TEXT,
            since       INTEGER NOT NULL,
            told_at     INTEGER NOT NULL,
            closed_at   INTEGER,
            event_id    BLOB,
            reminder_id BLOB
        ) STRICT;
        CREATE UNIQUE INDEX conditions_open ON conditions(kind, subject) WHERE closed_at IS NULL;
        """,
        """
        -- Until when nobody is told of an open condition; NULL: people are told, or were.
        ALTER TABLE conditions ADD COLUMN quiet_until INTEGER;

        -- What handlers have done to nodes, stored before it is done; each node's are numbered. Times in milliseconds.
        CREATE TABLE actions(
            node_id    TEXT NOT NULL,
            number     INTEGER NOT NULL,
            name       TEXT NOT NULL,
            handler    TEXT NOT NULL,
            trigger_id BLOB NOT NULL,
            started_at INTEGER NOT NULL,
            lease      INTEGER NOT NULL,
            outcome    INTEGER,
            PRIMARY KEY (node_id, number)
        ) STRICT, WITHOUT ROWID;
        """,
        """
        -- The database's own name, which the cursors of its lists carry.
        CREATE TABLE identity(name TEXT NOT NULL) STRICT;
        INSERT INTO identity VALUES(lower(hex(randomblob(8))));

        -- The kind of error, short, by which failures are grouped.
        ALTER TABLE deliveries ADD COLUMN error_code TEXT;

        -- Since when, in milliseconds, nothing is handed to a handler, and who said so.
        ALTER TABLE handlers ADD COLUMN paused_at INTEGER;
        ALTER TABLE handlers ADD COLUMN paused_by TEXT;

        -- Every attempt that failed, once even if its result is written twice. at and took in milliseconds.
        CREATE TABLE failed_attempts(
            seq        INTEGER NOT NULL,
            handler    INTEGER NOT NULL,
            at         INTEGER NOT NULL,
            attempt    INTEGER NOT NULL,
            took       INTEGER NOT NULL,
            error_code TEXT,
            error      TEXT,
            PRIMARY KEY (seq, at, handler, attempt)
        ) STRICT, WITHOUT ROWID;

        -- What handlers' attempts came to, in stretches of five minutes that began at this millisecond.
        CREATE TABLE handler_rates(
            began_at      INTEGER NOT NULL,
            handler       INTEGER NOT NULL,
            succeeded     INTEGER NOT NULL,
            failed        INTEGER NOT NULL,
            dead_lettered INTEGER NOT NULL,
            PRIMARY KEY (began_at, handler)
        ) STRICT, WITHOUT ROWID;

        -- Who changed what, and when, in milliseconds.
        CREATE TABLE audit(
            entry   INTEGER PRIMARY KEY,
            at      INTEGER NOT NULL,
            who     TEXT NOT NULL,
            action  TEXT NOT NULL,
            target  TEXT NOT NULL,
            outcome TEXT NOT NULL
        ) STRICT;
        """,
        """
        -- The keys that protect the cookies of pages, as data protection writes them; created_at in milliseconds.
        CREATE TABLE cookie_keys(
            name       TEXT PRIMARY KEY NOT NULL,
            xml        TEXT NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
    ];

    /// <summary>The version this build reads and writes.</summary>
    public static int Version => Migrations.Length;

    /// <summary>Brings a database, empty or older, to <see cref="Version"/>. All or nothing.</summary>
    /// <param name="database">The database.</param>
    /// <param name="upgrading">Told the version of an older one, before anything is done to it.</param>
    public static void Migrate(Database database, Action<long> upgrading)
    {
        var version = database.ReadInt64("PRAGMA user_version");
        if (version == Version)
        {
            return;
        }

        if (version == 0)
        {
            Run(database, version);
            return;
        }

        upgrading(version);

        // An index is sorted in temporary files. There is room for them beside the database; a container's /tmp may be small.
        SortIn(database, Path.GetDirectoryName(database.Path)!);
        try
        {
            Run(database, version);
        }
        finally
        {
            SortIn(database, "");
        }
    }

    private static void Run(Database database, long version)
    {
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            foreach (var migration in Migrations.AsSpan((int)version))
            {
                database.Execute(migration);
            }

            database.Execute($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version}; COMMIT");
        }
        catch
        {
            if (database.InTransaction)
            {
                database.Execute("ROLLBACK");
            }

            throw;
        }
    }

    private static void SortIn(Database database, string directory) =>
        database.Execute($"PRAGMA temp_store_directory = '{directory.Replace("'", "''", StringComparison.Ordinal)}'");
}
