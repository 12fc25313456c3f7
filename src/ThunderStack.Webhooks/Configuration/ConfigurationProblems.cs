using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Configuration;

/// <summary>Every problem of every registered section, rather than those of the one that is asked for first.</summary>
internal sealed class ConfigurationProblems
{
    private readonly List<(Func<IServiceProvider, IEnumerable<string>> AtStart, Func<IServiceProvider, IEnumerable<string>> Now)> _checks = [];

    /// <summary>Adds options to those that are checked.</summary>
    public void Include<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>()
        where TOptions : class => _checks.Add((Of<TOptions>, Now<TOptions>));

    /// <summary>All problems, each beginning with a key. Two validators that find the same are one problem.</summary>
    public IReadOnlyList<string> Find(IServiceProvider services) =>
        [.. _checks.SelectMany(check => check.AtStart(services)).Distinct(StringComparer.Ordinal)];

    /// <summary>All problems of the configuration as it is now, which options that are in use do not follow.</summary>
    public IReadOnlyList<string> FindNow(IServiceProvider services) =>
        [.. _checks.SelectMany(check => check.Now(services)).Distinct(StringComparer.Ordinal)];

    /// <summary>The problems of one kind of options.</summary>
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
