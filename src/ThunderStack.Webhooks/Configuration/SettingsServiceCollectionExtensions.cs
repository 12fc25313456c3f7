using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Configuration;

/// <summary>Registers sections of settings.</summary>
internal static class SettingsServiceCollectionExtensions
{
    /// <summary>Declares settings and checks them at start, together with those of every other section.</summary>
    /// <typeparam name="TOptions">What they are bound to.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="section">The section <c>ThunderStack</c>.</param>
    /// <param name="settings">The settings, with keys below it.</param>
    /// <param name="bind">Fills options from the section as it is now. What it is given has no value that cannot be bound.</param>
    public static void AddSettings<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        this IServiceCollection services, IConfiguration section, IReadOnlyList<Setting> settings, Action<TOptions, IConfiguration> bind)
        where TOptions : class
    {
        services.GetSettingsCatalog().Declare(settings);
        var bindable = services.MakeBindable(section);
        var sectionName = (section as IConfigurationSection)?.Path ?? ThunderStackWebhooksServiceCollectionExtensions.SectionName;
        services.AddOptions<TOptions>().Configure(options => bind(options, bindable));
        services.AddSingleton<IValidateOptions<TOptions>>(new SettingsValidator<TOptions>(BindableSection.Written(section), settings, sectionName));
        services.CheckAtStart<TOptions>();
    }

    /// <summary>Declares settings, checks them at start, and follows their changes.</summary>
    /// <typeparam name="TOptions">What they are bound to.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="section">The section <c>ThunderStack</c>.</param>
    /// <param name="settings">The settings, with keys below it.</param>
    /// <param name="bind">Fills options from the section as it is now. What it is given has no value that cannot be bound.</param>
    public static void AddReloadableSettings<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(
        this IServiceCollection services, IConfiguration section, IReadOnlyList<Setting> settings, Action<TOptions, IConfiguration> bind)
        where TOptions : class, new()
    {
        services.AddSettings(section, settings, bind);
        var bindable = services.MakeBindable(section);
        services.TryAddSingleton(provider => new ReloadableOptions<TOptions>(
            provider.GetRequiredService<IOptions<TOptions>>().Value,
            bindable,
            () =>
            {
                var options = new TOptions();
                bind(options, bindable);
                return options;
            },
            provider.GetServices<IValidateOptions<TOptions>>(),
            provider.GetRequiredService<ILogger<ReloadableOptions<TOptions>>>()));
    }

    /// <summary>Checks options at start, together with every other section.</summary>
    public static void CheckAtStart<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(this IServiceCollection services)
        where TOptions : class
    {
        if (Find<ConfigurationProblems>(services) is not { } problems)
        {
            problems = new ConfigurationProblems();
            services.AddSingleton(problems);

            // One validation of everything, so that one exception has all that is wrong.
            services.AddOptions<Everything>().ValidateOnStart();
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<Everything>, Validator>());
        }

        problems.Include<TOptions>();
    }

    /// <summary>The declarations of every section that is registered so far.</summary>
    public static SettingsCatalog GetSettingsCatalog(this IServiceCollection services) => services.GetOrAdd(static () => new SettingsCatalog());

    /// <summary>The one object of a kind that registrations add to, before there is a provider.</summary>
    public static T GetOrAdd<T>(this IServiceCollection services, Func<T> create)
        where T : class
    {
        if (Find<T>(services) is not { } found)
        {
            found = create();
            services.AddSingleton(found);
        }

        return found;
    }

    /// <summary>The section without what cannot be bound.</summary>
    public static IConfiguration MakeBindable(this IServiceCollection services, IConfiguration section) =>
        section is IConfigurationSection written and not BindableSection ? new BindableSection(written, "", services.GetSettingsCatalog()) : section;

    private static T? Find<T>(IServiceCollection services)
        where T : class => services.LastOrDefault(service => service.ServiceType == typeof(T))?.ImplementationInstance as T;

    /// <summary>Stands for all settings together, which are no options of their own.</summary>
    private sealed class Everything;

    private sealed class Validator(ConfigurationProblems all, IServiceProvider services) : IValidateOptions<Everything>
    {
        public ValidateOptionsResult Validate(string? name, Everything options) =>
            all.Find(services) is { Count: > 0 } problems ? throw new InvalidConfigurationException(problems) : ValidateOptionsResult.Success;
    }
}
