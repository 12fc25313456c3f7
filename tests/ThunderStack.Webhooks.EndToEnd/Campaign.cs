using System.Globalization;

namespace ThunderStack.Webhooks.EndToEnd;

/// <summary>What can be set from outside: how often to crash, from which seed, and what may not be skipped.</summary>
internal static class Campaign
{
    public static int Crashes => Number("THUNDERSTACK_CRASHES", 30);

    public static int PowerCuts => Number("THUNDERSTACK_POWER_CUTS", 20);

    /// <summary>How often a receiver is killed over what it missed.</summary>
    public static int ReconciliationKills => Number("THUNDERSTACK_RECONCILIATION_KILLS", 20);

    /// <summary>How many receivers are killed while several share a database.</summary>
    public static int ReplicaKills => Number("THUNDERSTACK_REPLICA_KILLS", 3);

    /// <summary>How often their PostgreSQL is killed.</summary>
    public static int PostgreSqlKills => Number("THUNDERSTACK_POSTGRES_KILLS", 1);

    /// <summary>How many events they receive at least.</summary>
    public static int ReplicaEvents => Number("THUNDERSTACK_REPLICA_EVENTS", 2_000);

    /// <summary>How often a primary fails over to its standby while receivers run on, and how often while they are killed.</summary>
    public static int Failovers => Number("THUNDERSTACK_FAILOVERS", 2);

    /// <summary>How many times a replica's machine is paused.</summary>
    public static int Pauses => Number("THUNDERSTACK_PAUSES", 2);

    /// <summary>How many events are published to a broker at least.</summary>
    public static int BrokerEvents => Number("THUNDERSTACK_BROKER_EVENTS", 1_000);

    /// <summary>How often the receiver is killed that publishes them.</summary>
    public static int BrokerReceiverKills => Number("THUNDERSTACK_BROKER_RECEIVER_KILLS", 2);

    /// <summary>How often the broker is killed.</summary>
    public static int BrokerKills => Number("THUNDERSTACK_BROKER_KILLS", 1);

    /// <summary>How often every node is found locked, with a receiver killed over it.</summary>
    public static int Unlocks => Number("THUNDERSTACK_UNLOCKS", 2);

    /// <summary>How often each node fails and recovers while people are told.</summary>
    public static int Transitions => Number("THUNDERSTACK_TRANSITIONS", 10);

    /// <summary>How often receivers are killed meanwhile.</summary>
    public static int NotifyKills => Number("THUNDERSTACK_NOTIFY_KILLS", 2);

    /// <summary>How many events are stored while questions are asked.</summary>
    public static int OperatedEvents => Number("THUNDERSTACK_OPERATED_EVENTS", 100_000);

    /// <summary>Whether that is a campaign's own number, and not that of a run of all tests.</summary>
    public static bool IsOperatedAlone => Environment.GetEnvironmentVariable("THUNDERSTACK_OPERATED_EVENTS") is { Length: > 0 };

    /// <summary>How many dead letters are replayed.</summary>
    public static int Replays => Number("THUNDERSTACK_REPLAYS", 500);

    /// <summary>Random numbers from <c>THUNDERSTACK_SEED</c>, or from a seed that the test's output tells.</summary>
    public static Random CreateRandom()
    {
        var seed = Number("THUNDERSTACK_SEED", Random.Shared.Next());
        Tell($"To repeat: THUNDERSTACK_SEED={seed}");
        return new Random(seed);
    }

    public static void Tell(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);

    /// <summary>Skips the test, visibly, when the machine lacks something; in CI that is a failure.</summary>
    public static void Require(bool present, string reason)
    {
        if (!present && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail($"CI has to be able to run this: {reason}");
        }

        Assert.SkipUnless(present, reason);
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
