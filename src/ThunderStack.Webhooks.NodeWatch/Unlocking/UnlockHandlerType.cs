using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Handlers;

namespace ThunderStack.Webhooks.NodeWatch.Unlocking;

/// <summary>How often a node is asked to unlock.</summary>
/// <param name="AtMost">So many times,</param>
/// <param name="Within">in so much time.</param>
internal sealed record UnlockLimits(int AtMost, TimeSpan Within);

/// <summary>The type <c>Unlock</c>, as configuration names it.</summary>
internal static class UnlockHandlerType
{
    public const string Name = "Unlock";

    private const int MostAttempts = 20;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    private static readonly Setting AtMost = Setting.Number("AtMost", 3);
    private static readonly Setting Within = Setting.Time("Within", "01:00:00");

    public static HandlerType Create() => new(
        Name,
        (settings, services) => ActivatorUtilities.CreateInstance<UnlockHandler>(
            services,
            new UnlockLimits(int.Parse(settings["AtMost"]!, CultureInfo.InvariantCulture), TimeSpan.Parse(settings["Within"]!, CultureInfo.InvariantCulture))))
    {
        Settings =
        [
            AtMost with { Judge = value => AtMost.Judge(value) ?? JudgeNumber(int.Parse(value, CultureInfo.InvariantCulture)) },
            Within with { Judge = value => Within.Judge(value) ?? JudgeTime(TimeSpan.Parse(value, CultureInfo.InvariantCulture)) },
        ],
        RetryDelays = UnlockHandler.RetryDelays,
        Usual = new HandlerFilter { Sources = [EventSource.Observed], Conditions = [ConditionKind.NodeLocked.Value] },
    };

    private static string? JudgeNumber(int number) => number is < 1 or > MostAttempts ? $"is {number}: write a number from 1 to {MostAttempts}" : null;

    private static string? JudgeTime(TimeSpan time) =>
        time < TimeSpan.FromMinutes(1) || time > Longest ? $"is {time}: write a time from 00:01:00 to {Longest:c}" : null;
}
