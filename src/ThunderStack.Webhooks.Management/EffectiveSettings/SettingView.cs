namespace ThunderStack.Webhooks.Management.EffectiveSettings;

/// <summary>A setting as it is in effect, or as it is written and takes effect at the next start.</summary>
/// <param name="Key">The whole key.</param>
/// <param name="Value">Its value; <see langword="null"/> when it is secret.</param>
/// <param name="IsSecret">Whether it is shown to nobody.</param>
/// <param name="IsDefault">Whether nothing is written for it.</param>
/// <param name="Reloads">Whether a change takes effect without a restart.</param>
public sealed record SettingView(string Key, string? Value, bool IsSecret, bool IsDefault, bool Reloads);
