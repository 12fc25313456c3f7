namespace ThunderStack.Webhooks;

/// <summary>Moves times apart, so that what began together does not come back together.</summary>
internal static class Jitter
{
    private const double Share = 0.1;

    /// <summary>A time up to a tenth shorter or longer.</summary>
    public static TimeSpan Around(TimeSpan time) => time * (1 + (Share * ((2 * Random.Shared.NextDouble()) - 1)));

    /// <summary>A time up to a tenth longer.</summary>
    public static TimeSpan Beyond(TimeSpan time) => time * (1 + (Share * Random.Shared.NextDouble()));
}
