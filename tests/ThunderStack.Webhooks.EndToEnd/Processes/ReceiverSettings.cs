using System.Collections.Immutable;
using System.Globalization;
using ThunderStack.Webhooks.EndToEnd.Traffic;
using ThunderStack.Webhooks.Testing;
using ThunderStack.Webhooks.Testing.Clocks;

namespace ThunderStack.Webhooks.EndToEnd.Processes;

/// <summary>How a receiver is configured: through its environment, as a container's is.</summary>
internal sealed record ReceiverSettings
{
    private ImmutableDictionary<string, string> _values = ImmutableDictionary<string, string>.Empty;

    private ReceiverSettings(string dataDirectory) => DataDirectory = dataDirectory;

    public string DataDirectory { get; }

    /// <summary>The file of the inbox.</summary>
    public string Database => Path.Combine(DataDirectory, "inbox.db");

    public IReadOnlyDictionary<string, string> Environment => _values;

    /// <summary>A receiver with its data here, that trusts the test's key and knows the nodes of a load.</summary>
    public static ReceiverSettings In(string dataDirectory) => Bare(dataDirectory)
        .With("PublicKey:Pinned:0", TestKey.Default.PublicKeyPem)
        .WithNodes(Load.AllNodes)
        .With("Inbox:ConnectionString", $"Data Source={Path.Combine(dataDirectory, "inbox.db")}");

    /// <summary>A receiver with nothing configured but where it listens and how much it logs.</summary>
    public static ReceiverSettings Bare(string dataDirectory) => new ReceiverSettings(dataDirectory)
        .WithVariable("ASPNETCORE_URLS", "http://127.0.0.1:0")
        .With("Management:Port", "0")
        .WithVariable("TMPDIR", Path.GetDirectoryName(dataDirectory)!) // what a killed runtime leaves is removed with the test's folder
        .WithVariable("Logging__LogLevel__Default", "Warning")
        .WithVariable("Logging__LogLevel__Microsoft.Hosting.Lifetime", "Information");

    /// <summary>Sets a key of the section <c>ThunderStack</c>.</summary>
    public ReceiverSettings With(string key, string value) =>
        WithVariable($"ThunderStack__{key.Replace(":", "__", StringComparison.Ordinal)}", value);

    /// <summary>A receiver that shares its inbox with others.</summary>
    public ReceiverSettings WithPostgreSql(string connectionString) =>
        With("Inbox:Provider", "PostgreSql").With("Inbox:ConnectionString", connectionString);

    public ReceiverSettings WithVariable(string name, string value) => this with { _values = _values.SetItem(name, value) };

    public ReceiverSettings ForwardingTo(RecordingHandler recorder) =>
        With("Handlers:recorder:Type", "Forward").With("Handlers:recorder:Url", recorder.Url);

    /// <summary>A receiver that can be told apart from the others that forward to the same recorder.</summary>
    public ReceiverSettings ForwardingTo(RecordingHandler recorder, string replica) =>
        ForwardingTo(recorder).With("Handlers:recorder:Url", $"{recorder.Url}/{replica}");

    /// <summary>A receiver that tries a delivery again after this time, more often than any test lets it fail.</summary>
    public ReceiverSettings WithRetriesAfter(TimeSpan delay) => Enumerable.Range(0, 10)
        .Aggregate(this, (settings, number) => settings.With($"Dispatch:RetryDelays:{number}", delay.ToString("c", CultureInfo.InvariantCulture)));

    public ReceiverSettings WithClock(FakeClock clock) =>
        clock.Environment.Aggregate(this, (settings, variable) => settings.WithVariable(variable.Key, variable.Value));

    public ReceiverSettings WithNodes(IEnumerable<string> nodes) => nodes.Index()
        .Aggregate(this, (settings, node) => settings.With($"Nodes:{node.Index}:NodeId", node.Item));
}
