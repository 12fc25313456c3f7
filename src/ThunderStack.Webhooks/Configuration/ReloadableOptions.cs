using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace ThunderStack.Webhooks.Configuration;

/// <summary>
/// Options that follow their configuration while the application runs. A change that does not validate, or a file that is
/// half written, is logged and changes nothing: what worked goes on working. Added with <c>AddReloadableSettings</c>, as a singleton.
/// </summary>
/// <typeparam name="TOptions">The options. Each change makes new ones; none is changed once it was handed out.</typeparam>
public sealed partial class ReloadableOptions<TOptions> : IDisposable
    where TOptions : class
{
    private readonly Lock _gate = new();
    private readonly Func<TOptions> _bind;
    private readonly IValidateOptions<TOptions>[] _validators;
    private readonly ILogger _logger;
    private readonly IDisposable _registration;
    private volatile TOptions _current;

    /// <summary>Starts from <paramref name="initial"/> and follows <paramref name="configuration"/>.</summary>
    /// <param name="initial">The options that were validated at start.</param>
    /// <param name="configuration">Whose change token is followed.</param>
    /// <param name="bind">Makes options from the configuration as it is now.</param>
    /// <param name="validators">All must agree before options take effect.</param>
    /// <param name="logger">Told what changed and what was refused.</param>
    internal ReloadableOptions(
        TOptions initial,
        IConfiguration configuration,
        Func<TOptions> bind,
        IEnumerable<IValidateOptions<TOptions>> validators,
        ILogger logger)
    {
        _bind = bind;
        _validators = [.. validators];
        _logger = logger;
        _current = initial;
        _registration = ChangeToken.OnChange(configuration.GetReloadToken, Reload);
    }

    /// <summary>Raised after <see cref="Current"/> has changed, one change after the other, with the options that are in effect from now on.</summary>
    public event Action<TOptions>? Changed;

    /// <summary>The options in effect. Reading them takes no lock.</summary>
    public TOptions Current => _current;

    /// <summary>Stops following the configuration.</summary>
    public void Dispose() => _registration.Dispose();

    private void Reload()
    {
        lock (_gate)
        {
            try
            {
                var next = _bind();
                var failures = _validators.SelectMany(v => v.Validate(Options.DefaultName, next).Failures ?? []).Distinct().ToList();
                if (failures.Count > 0)
                {
                    Log.Refused(_logger, string.Join(' ', failures));
                    return;
                }

                _current = next;
                Changed?.Invoke(next);
            }
            catch (InvalidOperationException exception)
            {
                Log.Refused(_logger, exception.Message);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(110, LogLevel.Error, "The changed settings are not valid, and those before go on. {Problems}")]
        public static partial void Refused(ILogger logger, string problems);
    }
}
