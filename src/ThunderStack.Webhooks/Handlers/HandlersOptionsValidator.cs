using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Dispatch;

namespace ThunderStack.Webhooks.Handlers;

internal sealed class HandlersOptionsValidator(HandlerTypes types, IOptions<DispatchOptions> dispatch) : IValidateOptions<HandlersOptions>
{
    public ValidateOptionsResult Validate(string? name, HandlersOptions options)
    {
        var problems = new ValidateOptionsResultBuilder();
        foreach (var (handler, settings) in options.Handlers)
        {
            var key = $"ThunderStack:Handlers:{handler}";
            if (WebhookHandler.NameProblem(handler) is { } nameProblem)
            {
                problems.AddError($"{key}: the name {nameProblem}");
            }

            DispatchOptionsValidator.Validate(key, settings.Concurrency, settings.RetryDelays, problems);
            ValidateTimeout(key, settings.Timeout, problems);
            if (types.Find(settings.Type) is { } type)
            {
                ValidateSettings(key, settings, type, problems);
            }
            else
            {
                problems.AddError($"{key}:Type is {(string.IsNullOrEmpty(settings.Type) ? "empty" : "unknown")}: write {string.Join(" or ", types.Names)}.");
            }
        }

        return problems.Build();
    }

    private static void ValidateSettings(string key, HandlerOptions settings, HandlerType type, ValidateOptionsResultBuilder problems)
    {
        foreach (var setting in type.Settings)
        {
            var written = settings.Settings.Where(value => IsOf(setting, value.Key)).ToList();
            if (written.Count == 0 && setting is { IsRequired: true, Default: null })
            {
                problems.AddError($"{key}:{setting.Key} {setting.Judge("") ?? "is missing"}.");
            }

            foreach (var (writtenKey, value) in written)
            {
                if (setting.Judge(value) is { } problem)
                {
                    problems.AddError($"{key}:{writtenKey} {problem}.");
                }
            }
        }
    }

    private static bool IsOf(Setting setting, string key)
    {
        var (pattern, parts) = (setting.Key.Split(':'), key.Split(':'));
        return pattern.Length == parts.Length
            && pattern.Zip(parts).All(part => part.First == "*" || part.First.Equals(part.Second, StringComparison.OrdinalIgnoreCase));
    }

    // Stores reserve a delivery for as long as Dispatch:HandlerTimeout lets an attempt run.
    private void ValidateTimeout(string key, TimeSpan? timeout, ValidateOptionsResultBuilder problems)
    {
        if (timeout is { } written && (written <= TimeSpan.Zero || written > Longest()))
        {
            problems.AddError($"{key}:Timeout is {written}: write a time up to ThunderStack:Dispatch:HandlerTimeout, which is {Longest()}.");
        }
    }

    private TimeSpan Longest()
    {
        try
        {
            return dispatch.Value.HandlerTimeout;
        }
        catch (OptionsValidationException)
        {
            // Told by its own key.
            return TimeSpan.MaxValue;
        }
    }
}
