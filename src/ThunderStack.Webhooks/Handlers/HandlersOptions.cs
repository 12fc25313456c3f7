using System.Globalization;
using Microsoft.Extensions.Configuration;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Handlers;

/// <summary>Section <c>ThunderStack</c>: the handlers made by configuration. Can be changed without a restart.</summary>
public sealed class HandlersOptions
{
    private const string Section = "Handlers";

    /// <summary>Handlers by their stable name.</summary>
    /// <value>Empty: one <c>Log</c> handler named <c>log</c>.</value>
    public IDictionary<string, HandlerOptions> Handlers { get; } = new Dictionary<string, HandlerOptions>(StringComparer.Ordinal);

    internal static readonly IReadOnlyList<Setting> Settings =
    [
        Setting.Text("Handlers:*:Type") with { Reloads = true },
        Setting.Number("Handlers:*:Concurrency", 16) with { Default = null, Reloads = true },
        Setting.Time("Handlers:*:Timeout", null, example: "00:00:30") with { Reloads = true },
        Setting.Time("Handlers:*:RetryDelays:*", null, example: "00:00:05") with { Reloads = true },
        Setting.Text("Handlers:*:When:Nodes:*") with { Reloads = true },
        Setting.Text("Handlers:*:When:Statuses:*") with { Reloads = true },
        Setting.Text("Handlers:*:When:EventTypes:*") with { Reloads = true },
        Setting.Choice("Handlers:*:When:Sources:*", EventSource.Webhook) with { Default = null, Reloads = true },
        Setting.Text("Handlers:*:When:Conditions:*") with { Reloads = true },
        Setting.Choice("Handlers:*:When:Severities:*", ConditionSeverity.Critical) with { Default = null, Reloads = true },
        Setting.Switch("Handlers:*:When:OnlyChanges", false) with { Reloads = true },
        Setting.Switch("Handlers:*:When:NotStale", false) with { Reloads = true },
    ];

    // By hand, because what an entry may have depends on its type.
    internal static void Bind(HandlersOptions options, IConfiguration configuration)
    {
        foreach (var section in configuration.GetSection(Section).GetChildren())
        {
            var handler = new HandlerOptions
            {
                Type = section[nameof(HandlerOptions.Type)] ?? "",
                Concurrency = int.TryParse(section[nameof(HandlerOptions.Concurrency)], CultureInfo.InvariantCulture, out var number) ? number : null,
                Timeout = Time(section[nameof(HandlerOptions.Timeout)]),
                RetryDelays = section.GetSection(nameof(HandlerOptions.RetryDelays)).GetChildren().Select(delay => Time(delay.Value)).OfType<TimeSpan>().ToList()
                    is { Count: > 0 } delays ? delays : null,
            };
            foreach (var (key, value) in section.AsEnumerable(makePathsRelative: true))
            {
                if (value is not null)
                {
                    handler.Settings[key] = value;
                }
            }

            options.Handlers[section.Key] = handler;
        }

        static TimeSpan? Time(string? text) => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : null;
    }
}

/// <summary>One handler made by configuration.</summary>
public sealed class HandlerOptions
{
    /// <summary>The name of a <see cref="HandlerType"/>: <c>Log</c>, <c>Forward</c>, or one that the application has registered.</summary>
    public string Type { get; set; } = "";

    /// <summary>How many events it works on at the same time: 1 to 1,024.</summary>
    /// <value><see langword="null"/>: as <c>Dispatch:Concurrency</c> says.</value>
    public int? Concurrency { get; set; }

    /// <summary>How long one attempt may take before it counts as failed: at most <c>Dispatch:HandlerTimeout</c>.</summary>
    /// <value><see langword="null"/>: as <c>Dispatch:HandlerTimeout</c> says.</value>
    public TimeSpan? Timeout { get; set; }

    /// <summary>The waits before the second attempt, the third, and so on: up to 7 days each.</summary>
    /// <value><see langword="null"/>: those of its <see cref="HandlerType"/>, else as <c>Dispatch:RetryDelays</c> says.</value>
    public IList<TimeSpan>? RetryDelays { get; set; }

    /// <summary>Everything that is written for it, by the key below <c>Handlers:name</c>. May hold secrets; never logged.</summary>
    public IDictionary<string, string> Settings { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
}
