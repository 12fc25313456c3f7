using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Configuration;

/// <summary>
/// Everything that is wrong with the settings, of every section that was added with <c>AddSettings</c>, rather than of the one that is
/// asked for first. The host checks it at start; ask for it where problems are shown instead of thrown. A singleton of the application's
/// services.
/// </summary>
public sealed class ConfigurationProblems
{
    private readonly List<(Func<IServiceProvider, IEnumerable<string>> AtStart, Func<IServiceProvider, IEnumerable<string>> Now)> _checks = [];

    internal ConfigurationProblems()
    {
    }

    /// <summary>Adds options to those that are checked.</summary>
    internal void Include<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>()
        where TOptions : class => _checks.Add((Of<TOptions>, Now<TOptions>));

    /// <summary>
    /// The problems of the options in use, each a sentence that begins with a key and says what to write; never a value, which may be a
    /// secret. Two validators that find the same are one problem.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <returns>Empty when nothing is wrong.</returns>
    public IReadOnlyList<string> Find(IServiceProvider services) =>
        [.. _checks.SelectMany(check => check.AtStart(services)).Distinct(StringComparer.Ordinal)];

    /// <summary>
    /// The problems of the configuration as it is at this moment, with which the next start would fail. Options in use may not follow it.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <returns>Empty when nothing is wrong.</returns>
    public IReadOnlyList<string> FindNow(IServiceProvider services) =>
        [.. _checks.SelectMany(check => check.Now(services)).Distinct(StringComparer.Ordinal)];

    /// <summary>The problems of one kind of options, which need not have been added with <c>AddSettings</c>.</summary>
    /// <typeparam name="TOptions">The options.</typeparam>
    /// <param name="services">The application's services.</param>
    /// <returns>Empty when nothing is wrong.</returns>
    public static IEnumerable<string> Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        IServiceProvider services)
        where TOptions : class => Failures(() => services.GetRequiredService<IOptions<TOptions>>().Value);

    private static IEnumerable<string> Now<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        IServiceProvider services)
        where TOptions : class => Failures(() => services.GetRequiredService<IOptionsFactory<TOptions>>().Create(Options.DefaultName));

    private static IEnumerable<string> Failures(Func<object> make)
    {
        try
        {
            _ = make();
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return exception.Failures;
        }
    }
}
