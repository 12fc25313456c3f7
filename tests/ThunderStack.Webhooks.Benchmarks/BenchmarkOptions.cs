using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ThunderStack.Webhooks.Benchmarks.Servers;

namespace ThunderStack.Webhooks.Benchmarks;

/// <summary>What the command line says.</summary>
internal sealed record BenchmarkOptions
{
    public const string Usage =
        """
        Measures the receiver against simpler servers. Every server runs on one core, the load on another.

          --rounds N         how often all servers are started anew                                3
          --turns N          how often each is measured in a round; the report has their medians   5
          --events N         distinct signed events per server, a share of them for each turn      60000
          --warm-up N        further events that every server gets before it is measured           40000
          --seconds N        ends a turn (and a warm-up) early                                     5
          --connections N    keep-alive connections                                                64
          --variants A,B     some of the variants                                                  all
          --data DIR         where the databases go: on the disk to be measured                    ARTIFACTS/data
          --artifacts DIR    signed events, server logs and the report                             artifacts/benchmarks
          --server-core N    the core of the server                                                0
          --load-core N      the core of the load                                                  1
          --database-core N  the core of PostgreSQL                                                that of the load

        drain [--events N] [--stored N] [--data DIR] [--server-core N] [--database-core N]
                             how fast events are appended to a store that has N already (0), and how fast that backlog goes
                             through a handler that does nothing, for both stores

        scale [--share N] [--other-server-core N] [any of the above but --variants]
                             how much more two receivers on one PostgreSQL take than one, each with N percent (25) of a
                             core's time, as a container's limit gives it, on cores --server-core and --other-server-core
        """;

    public int Rounds { get; private set; } = 3;

    public int Turns { get; private set; } = 5;

    public int Events { get; private set; } = 60_000;

    /// <summary>How many events a store has before it is measured.</summary>
    public int Stored { get; private set; }

    public int WarmUp { get; private set; } = 40_000;

    public int Seconds { get; private set; } = 5;

    public int Connections { get; private set; } = 64;

    public IReadOnlyList<Variant> Variants { get; private set; } = Variant.All;

    public string Artifacts { get; private set; } = Path.GetFullPath("artifacts/benchmarks");

    public string Data => _data ?? Path.Combine(Artifacts, "data");

    public int ServerCore { get; private set; }

    public int LoadCore { get; private set; } = 1;

    public int DatabaseCore => _databaseCore ?? LoadCore;

    /// <summary>How much of a core's time each of two receivers has, in percent.</summary>
    public int Share { get; private set; } = 25;

    /// <summary>The core of the second of two receivers.</summary>
    public int OtherServerCore => _otherServerCore ?? ServerCore;

    private string? _data;
    private int? _otherServerCore;
    private int? _databaseCore;

    public static bool TryParse(string[] args, out BenchmarkOptions options, [NotNullWhen(false)] out string? problem)
    {
        options = new BenchmarkOptions();
        foreach (var pair in args.Chunk(2))
        {
            problem = pair is [var name, var value] ? options.Set(name, value) : $"{pair[0]} has no value.";
            if (problem is not null)
                return false;
        }

        problem = options.Rounds > 0 && options.Turns > 0 && options.Events >= options.Turns && options.WarmUp > 0 && options.Seconds > 0 && options.Connections > 0 && options.Share is > 0 and <= 100
            ? null
            : "Counts are 1 or more, a share at most 100, and there is an event for each turn.";
        return problem is null;
    }

    private string? Set(string name, string value)
    {
        if (name == "--variants")
            return SetVariants(value.Split(','));
        if (name == "--data")
            return Assign(() => _data = Path.GetFullPath(value));
        if (name == "--artifacts")
            return Assign(() => Artifacts = Path.GetFullPath(value));
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return $"{name} {value}: that is not a number.";

        return name switch
        {
            "--rounds" => Assign(() => Rounds = number),
            "--turns" => Assign(() => Turns = number),
            "--events" => Assign(() => Events = number),
            "--stored" => Assign(() => Stored = number),
            "--warm-up" => Assign(() => WarmUp = number),
            "--seconds" => Assign(() => Seconds = number),
            "--connections" => Assign(() => Connections = number),
            "--server-core" => Assign(() => ServerCore = number),
            "--load-core" => Assign(() => LoadCore = number),
            "--other-server-core" => Assign(() => _otherServerCore = number),
            "--share" => Assign(() => Share = number),
            "--database-core" => Assign(() => _databaseCore = number),
            _ => $"There is no option {name}.",
        };
    }

    private string? SetVariants(string[] names)
    {
        var unknown = names.FirstOrDefault(name => Variant.All.All(variant => variant.Name != name));
        if (unknown is not null)
            return $"There is no variant {unknown}, only {string.Join(", ", Variant.All.Select(variant => variant.Name))}.";

        Variants = [.. Variant.All.Where(variant => names.Contains(variant.Name))];
        return null;
    }

    private static string? Assign(Action assignment)
    {
        assignment();
        return null;
    }
}
