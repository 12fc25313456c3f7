using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Keys;

/// <summary>
/// Checks <see cref="PublicKeyOptions"/>. A message names the setting and what to write, never what a pinned entry holds.
/// </summary>
internal sealed class PublicKeyOptionsValidator : IValidateOptions<PublicKeyOptions>
{
    private const string Section = "ThunderStack:PublicKey";

    public ValidateOptionsResult Validate(string? name, PublicKeyOptions options)
    {
        var problems = new List<string>();
        for (var i = 0; i < options.Pinned.Count; i++)
        {
            var judged = PinnedPublicKey.Read(options.Pinned[i]);
            if (!judged.IsAdmitted)
            {
                problems.Add($"{Section}:{nameof(options.Pinned)}:{i} is refused ({judged.Refusal}). {judged.Message}");
            }
        }

        Check(nameof(options.RefreshInterval), options.RefreshInterval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), "01:00:00");
        Check(nameof(options.RefetchFloor), options.RefetchFloor, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), "00:00:30");
        Check(nameof(options.PreviousKeyGrace), options.PreviousKeyGrace, TimeSpan.Zero, TimeSpan.FromDays(30), "01:00:00");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Check(string key, TimeSpan value, TimeSpan least, TimeSpan most, string example)
        {
            if (value < least || value > most)
            {
                problems.Add($"{Section}:{key} is {value}; write a time from {least} to {most}, such as {example}.");
            }
        }
    }
}
