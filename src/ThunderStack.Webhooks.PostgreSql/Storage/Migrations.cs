namespace ThunderStack.Webhooks.PostgreSql.Storage;

/// <summary>The tables, version by version.</summary>
internal static class Migrations
{
    // Any number that others are unlikely to use; with the schema's name it makes the lock that migrations are made under.
    private const int LockClass = 0x5473_496E;

    /// <summary>The version this build reads and writes.</summary>
    public static int Version => All(default).Length;

    /// <summary>
    /// Brings a database, empty or older, to <see cref="Version"/>. All or nothing, and one replica at a time: the others
    /// wait and then find it done.
    /// </summary>
    /// <exception cref="InboxOpenException">The schema is of a newer version; nothing was changed.</exception>
    public static Task ApplyAsync(NpgsqlDataSource source, SchemaName schema, CancellationToken cancellationToken) =>
        ApplyAsync(source, schema, Version, cancellationToken);

    /// <summary>Brings it to an older version: for tests of the upgrade.</summary>
    internal static async Task ApplyAsync(NpgsqlDataSource source, SchemaName schema, int target, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);

        // Looked at first without a lock and without a right to change anything: mostly there is nothing to do.
        if (await ReadVersionAsync(connection, schema, cancellationToken).ConfigureAwait(false) == target)
        {
            return;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync($"SELECT pg_advisory_xact_lock({LockClass}, hashtext('{schema}'))", cancellationToken).ConfigureAwait(false);

        // Receivers of the version before go on meanwhile: whoever waits for a table holds up all that come after. Better to give
        // up soon, and to try again.
        await connection.ExecuteAsync("SET LOCAL lock_timeout = '2s'", cancellationToken).ConfigureAwait(false);
        var version = await ReadVersionAsync(connection, schema, cancellationToken).ConfigureAwait(false);
        foreach (var migration in All(schema).Take(target).Skip(version))
        {
            await connection.ExecuteAsync(migration, cancellationToken).ConfigureAwait(false);
        }

        await connection.ExecuteAsync($"UPDATE {schema}.schema_version SET version = {target}", cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<int> ReadVersionAsync(NpgsqlConnection connection, SchemaName schema, CancellationToken cancellationToken)
    {
        await using var exists = connection.CreateCommand();

        // Not to_regclass: that remembers what is missing, beyond the wait for whoever makes it at this moment.
        exists.CommandText = "SELECT EXISTS (SELECT FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename = 'schema_version')";
        exists.Parameters.Add(new NpgsqlParameter<string> { TypedValue = schema.Value });
        if (await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
        {
            return 0;
        }

        await using var select = connection.CreateCommand();
        select.CommandText = $"SELECT version FROM {schema}.schema_version";
        var version = (int)(await select.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        return version <= Version
            ? version
            : throw new InboxOpenException(
                $"The schema {schema} was written by a newer version of this product (its version is {version}, this one knows up to "
                + $"{Version}). Start the newer version, or name another schema in ThunderStack:Inbox:Schema. Nothing was changed.");
    }

    // Entry n takes the schema from version n to n + 1. What was released is never edited.
    private static string[] All(SchemaName schema) =>
    [
        $"""
        -- Only when it is missing: whoever made it beforehand need not grant the right to.
        DO $$ BEGIN
            IF to_regnamespace('{schema}') IS NULL THEN CREATE SCHEMA {schema}; END IF;
        END $$;

        CREATE TABLE {schema}.schema_version(version integer NOT NULL);
        INSERT INTO {schema}.schema_version VALUES(0);

        -- Places in the order of receipt. Taken only under the lock of the node's row, so that a node's places are
        -- committed in their order: nothing of a node ever appears below what was seen of it.
        CREATE SEQUENCE {schema}.turns;
        CREATE SEQUENCE {schema}.replica_numbers;

        -- Decides what is a duplicate, for ever. Ids begin with the event's time, so the index grows at its end.
        CREATE TABLE {schema}.event_ids(
            id  bytea  NOT NULL PRIMARY KEY,
            seq bigint NOT NULL
        );

        CREATE TABLE {schema}.public_keys(
            key         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            fingerprint text    NOT NULL UNIQUE,
            spki        bytea   NOT NULL
        );

        -- last_turn: the last place taken by an event of the node or by a replay of one. The status is the latest one;
        -- effective_at is in microseconds since 1970-01-01 UTC. Written by every append, so with room to write in place.
        CREATE TABLE {schema}.nodes(
            node         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            node_id      text COLLATE "C" NOT NULL UNIQUE,
            last_turn    bigint NOT NULL DEFAULT 0,
            status       text,
            effective_at bigint,
            event_id     bytea
        ) WITH (fillfactor = 20);

        -- source: 0 a webhook, 1 reconciled: that one has neither signature nor key. occurred_at is in microseconds,
        -- received_at in milliseconds.
        CREATE TABLE {schema}.events(
            seq             bigint   NOT NULL PRIMARY KEY,
            id              bytea    NOT NULL,
            node            integer  NOT NULL,
            source          smallint NOT NULL DEFAULT 0,
            type            text     NOT NULL,
            status          text,
            event_timestamp text,
            occurred_at     bigint,
            received_at     bigint   NOT NULL,
            key             integer,
            signature       bytea    NOT NULL,
            body            bytea    NOT NULL
        );
        CREATE INDEX events_of_node ON {schema}.events(node, seq);

        CREATE TABLE {schema}.handlers(
            handler integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name    text COLLATE "C" NOT NULL UNIQUE
        );

        -- A node's queue for a handler, held by one replica at a time. Every event up to done_through has a row in
        -- deliveries, or has been removed, or came before the handler did. fence grows whenever the lane changes hands: a
        -- result that carries an older one is not recorded. due_at: nothing is due before, among what came up to seen.
        CREATE TABLE {schema}.lanes(
            handler      integer NOT NULL,
            node         integer NOT NULL,
            done_through bigint  NOT NULL,
            seen         bigint  NOT NULL DEFAULT 0,
            due_at       bigint,
            owner        bigint,
            fence        bigint  NOT NULL DEFAULT 0,
            PRIMARY KEY(handler, node)
        ) WITH (fillfactor = 20);

        -- state: 1 scheduled, 2 succeeded, 3 dead-lettered, 4 discarded. No row: pending. Times in milliseconds.
        -- turn: the event's own place, or the one that its last replay took.
        CREATE TABLE {schema}.deliveries(
            handler  integer  NOT NULL,
            seq      bigint   NOT NULL,
            node     integer  NOT NULL,
            turn     bigint   NOT NULL,
            state    smallint NOT NULL,
            attempts integer  NOT NULL,
            at       bigint   NOT NULL,
            due_at   bigint,
            error    text,
            PRIMARY KEY(handler, seq)
        );
        CREATE INDEX deliveries_waiting ON {schema}.deliveries(handler, node, turn) WHERE state = 1;
        CREATE INDEX deliveries_dead ON {schema}.deliveries(seq, handler) WHERE state = 3;

        -- Who takes part. A replica that does not renew its row in time has lost what it holds. handlers: those that it
        -- serves; null before it knows.
        CREATE TABLE {schema}.replicas(
            replica    bigint NOT NULL PRIMARY KEY,
            expires_at timestamptz NOT NULL,
            handlers   integer[]
        ) WITH (fillfactor = 20);

        -- The last good keys of each source, newest first.
        CREATE TABLE {schema}.trusted_keys(
            source       text    NOT NULL,
            position     integer NOT NULL,
            key          integer NOT NULL,
            confirmed_at bigint  NOT NULL,
            retired_at   bigint,
            PRIMARY KEY(source, position)
        );
        """,
        $"""
        -- Another inbox that is being moved into this one, or was. While one is not finished, no replica joins. moved_through:
        -- the last id that is stored, in the order of ids.
        CREATE TABLE {schema}.moves(
            origin        text        NOT NULL PRIMARY KEY,
            started_at    timestamptz NOT NULL DEFAULT now(),
            finished_at   timestamptz,
            moved_through bytea,
            moved         bigint      NOT NULL DEFAULT 0
        );
        """,
        $"""
        -- A lane is held by whoever knows its token, until lease_until: milliseconds since 1970 by the server's clock. lease is
        -- how long it was granted for, delay how long a retry waits: by these a wait that a clock made longer is known. done_through
        -- is the place before the node's first event without a row in deliveries; what waits for a retry is found by its state.
        -- served_at: when a receiver last said that it serves the handler.
        ALTER TABLE {schema}.lanes ADD COLUMN token uuid, ADD COLUMN lease_until bigint, ADD COLUMN lease bigint;
        ALTER TABLE {schema}.deliveries ADD COLUMN delay bigint;
        ALTER TABLE {schema}.handlers ADD COLUMN served_at timestamptz;

        -- Receivers of the version before go on storing events, and begin no delivery once their own row is gone. What they have
        -- begun is theirs as long as that row would have lasted. owner, fence, due_at and seen are theirs alone.
        UPDATE {schema}.lanes l SET token = gen_random_uuid(),
            lease_until = (extract(epoch FROM r.expires_at) * 1000)::bigint,
            lease = greatest(0, (extract(epoch FROM r.expires_at - clock_timestamp()) * 1000)::bigint)
        FROM {schema}.replicas r WHERE r.replica = l.owner;
        UPDATE {schema}.handlers h SET served_at = clock_timestamp()
        WHERE EXISTS (SELECT FROM {schema}.replicas r WHERE r.handlers IS NULL OR h.handler = ANY(r.handlers));
        DROP TABLE {schema}.replicas;
        DROP SEQUENCE {schema}.replica_numbers;

        -- A position beyond the node's last event came from a receiver that a failover had left with its memory: what was stored
        -- since then was never handed out. Every event that was has a row.
        UPDATE {schema}.lanes l SET done_through = 0 FROM {schema}.nodes n WHERE n.node = l.node AND l.done_through > n.last_turn;
        """,
        $"""
        -- source: 2 observed, without a signature like 1. changed: whether the event changed its node's status; true for one without
        -- a status. In deliveries, state 5 is filtered and 6 superseded.
        ALTER TABLE {schema}.events ADD COLUMN changed boolean NOT NULL DEFAULT true;

        -- What needs a person. Times in milliseconds. event_id is the last change, reminder_id the last reminder; both NULL once
        -- the same condition has opened again.
        CREATE TABLE {schema}.conditions(
            condition   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            kind        text COLLATE "C" NOT NULL,
            subject     text COLLATE "C" NOT NULL,
            node_id     text COLLATE "C" NOT NULL,
            severity    smallint NOT NULL,
            message     text     NOT NULL,
            remedy      text,
            since       bigint   NOT NULL,
            told_at     bigint   NOT NULL,
            closed_at   bigint,
            event_id    bytea UNIQUE,
            reminder_id bytea UNIQUE
        );
        CREATE UNIQUE INDEX conditions_open ON {schema}.conditions(kind, subject) WHERE closed_at IS NULL;

        -- What one replica at a time does: who knows the token, until lease_until, in milliseconds by the server's clock.
        CREATE TABLE {schema}.duties(
            name        text COLLATE "C" NOT NULL PRIMARY KEY,
            token       uuid   NOT NULL,
            lease_until bigint NOT NULL,
            lease       bigint NOT NULL
        );
        """,
        $"""
        -- Until when nobody is told of an open condition; NULL: people are told, or were.
        ALTER TABLE {schema}.conditions ADD COLUMN quiet_until bigint;

        -- What handlers have done to nodes, stored before it is done; each node's are numbered, so that of two replicas one begins
        -- the next. Times in milliseconds, by the server's clock.
        CREATE TABLE {schema}.actions(
            node_id    text COLLATE "C" NOT NULL,
            number     integer  NOT NULL,
            name       text     NOT NULL,
            handler    text     NOT NULL,
            trigger_id bytea    NOT NULL,
            started_at bigint   NOT NULL,
            lease      bigint   NOT NULL,
            outcome    smallint,
            PRIMARY KEY (node_id, number)
        );
        """,
        $"""
        -- The database's own name, which the cursors of its lists carry.
        CREATE TABLE {schema}.identity(name text NOT NULL);
        INSERT INTO {schema}.identity VALUES(left(replace(gen_random_uuid()::text, '-', ''), 16));

        -- The kind of error, short, by which failures are grouped.
        ALTER TABLE {schema}.deliveries ADD COLUMN error_code text;

        -- Since when, in milliseconds, nothing is handed to a handler, and who said so.
        ALTER TABLE {schema}.handlers ADD COLUMN paused_at bigint, ADD COLUMN paused_by text;

        -- Every attempt that failed, once even if its result is written twice. at and took in milliseconds.
        CREATE TABLE {schema}.failed_attempts(
            seq        bigint  NOT NULL,
            handler    integer NOT NULL,
            at         bigint  NOT NULL,
            attempt    integer NOT NULL,
            took       bigint  NOT NULL,
            error_code text,
            error      text,
            PRIMARY KEY (seq, at, handler, attempt)
        );

        -- What handlers' attempts came to, in stretches of five minutes that began at this millisecond.
        CREATE TABLE {schema}.handler_rates(
            began_at      bigint  NOT NULL,
            handler       integer NOT NULL,
            succeeded     bigint  NOT NULL,
            failed        bigint  NOT NULL,
            dead_lettered bigint  NOT NULL,
            PRIMARY KEY (began_at, handler)
        ) WITH (fillfactor = 20);

        -- Who changed what, and when, in milliseconds.
        CREATE TABLE {schema}.audit(
            entry   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            at      bigint NOT NULL,
            who     text   NOT NULL,
            action  text   NOT NULL,
            target  text   NOT NULL,
            outcome text   NOT NULL
        );
        """,
        $"""
        -- The keys that protect the cookies of pages, as data protection writes them; created_at in milliseconds. Whoever may not
        -- add one sees none, though they may read every table: with such a key, cookies can be forged.
        CREATE TABLE {schema}.cookie_keys(
            name       text COLLATE "C" NOT NULL PRIMARY KEY,
            xml        text   NOT NULL,
            created_at bigint NOT NULL
        );
        ALTER TABLE {schema}.cookie_keys ENABLE ROW LEVEL SECURITY;
        CREATE POLICY writers ON {schema}.cookie_keys USING (has_table_privilege('{schema}.cookie_keys'::regclass, 'INSERT'));
        """,
    ];
}
