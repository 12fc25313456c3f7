namespace ThunderStack.Webhooks.Benchmarks.Servers;

/// <summary>A kind of server that is measured.</summary>
/// <param name="Name">Its name on the command line and in the report.</param>
/// <param name="Description">What it does with an event.</param>
internal sealed record Variant(string Name, string Description)
{
    public static Variant Ceiling { get; } = new("ceiling", "raw sockets, a constant answer: what the load generator can do");

    public static Variant Bare { get; } = new("bare", "minimal API: reads the body, answers");

    public static Variant Verify { get; } = new("verify", "bare, and verifies the signature: the measure of all others");

    public static Variant VerifyWithProduct { get; } = new("verify-product", "the same, with the product's way to OpenSSL instead of .NET's RSA");

    public static Variant BatchedWrite { get; } = new("batched-write", "verify-product, and one plain write and one sync for all that wait: what no store does faster here");

    public static Variant Receiver { get; } = new("receiver", "the product's endpoint with the SQLite inbox, synchronous=FULL, no handler");

    public static Variant ReceiverWithHandler { get; } = new("receiver+handler", "the same, with a handler that does nothing");

    public static Variant ReceiverWithFilter { get; } = new("receiver+filter", "the same, with a filter that leaves everything out");

    public static Variant ReceiverWithViewers { get; } = new("receiver+viewers", "receiver+handler, with the dashboard and ten who look at it")
    {
        Viewers = 10,
    };

    public static Variant ReceiverProgram { get; } = new("receiver-exe", "the Receiver program in Production: with its log and its Log handler");

    public static Variant ReceiverPostgreSql { get; } = new("receiver-postgres", "the product's endpoint with the PostgreSQL inbox, no handler")
    {
        UsesPostgreSql = true,
    };

    public static Variant ReceiverPostgreSqlWithHandler { get; } = new("postgres+handler", "the same, with a handler that does nothing")
    {
        UsesPostgreSql = true,
    };

    public static Variant ReceiverPostgreSqlWithFilter { get; } = new("postgres+filter", "the same, with a filter that leaves everything out")
    {
        UsesPostgreSql = true,
    };

    public static Variant ReceiverPostgreSqlWithViewers { get; } = new("postgres+viewers", "postgres+handler, with the dashboard and ten who look at it")
    {
        UsesPostgreSql = true,
        Viewers = 10,
    };

    public static Variant ReceiverProgramOnPostgreSql { get; } = new("postgres-exe", "the Receiver program in Production on PostgreSQL: with its log and its Log handler")
    {
        UsesPostgreSql = true,
    };

    public static Variant OneInsert { get; } = new("one-insert", "verify, and one PostgreSQL insert per request, on as many connections as wait")
    {
        UsesPostgreSql = true,
    };

    public static Variant OneCommit { get; } = new("one-commit", "verify, and one SQLite transaction per request as one writes it, synchronous=FULL");

    public static Variant OneCommitTuned { get; } = new("one-commit-tuned", "the same with one connection and one prepared statement for all requests");

    public static Variant Node { get; } = new("node-http", "the documented JavaScript handler on Node's http: verifies, stores nothing");

    public static IReadOnlyList<Variant> All { get; } =
    [
        Ceiling, Bare, Verify, VerifyWithProduct, BatchedWrite, Receiver, ReceiverWithHandler, ReceiverWithFilter, ReceiverWithViewers, ReceiverProgram, OneCommit, OneCommitTuned,
        ReceiverPostgreSql, ReceiverPostgreSqlWithHandler, ReceiverPostgreSqlWithFilter, ReceiverPostgreSqlWithViewers, ReceiverProgramOnPostgreSql, OneInsert,
        Node,
    ];

    /// <summary>Whether it is the Receiver program, rather than a server of this one.</summary>
    public bool IsReceiverProgram => this == ReceiverProgram || this == ReceiverProgramOnPostgreSql;

    /// <summary>How many people look at its dashboard meanwhile.</summary>
    public int Viewers { get; private init; }

    /// <summary>Whether it needs a PostgreSQL server beside it.</summary>
    public bool UsesPostgreSql { get; private init; }
}
