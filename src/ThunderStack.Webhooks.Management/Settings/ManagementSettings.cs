using ThunderStack.Webhooks.Configuration;

namespace ThunderStack.Webhooks.Management.Settings;

/// <summary>
/// The settings of the management API. The receiver and the command line's doctor compile this very file: they know every key without
/// loading this assembly.
/// </summary>
internal static class ManagementSettings
{
    public const string Keys = "Management:ApiKeys";

    private const int MinKeyLength = 32;
    private const int MaxKeyLength = 512;
    private const int MinDistinct = 8;

    public static readonly Setting Port = Setting.Number("Management:Port", 8081);

    public static readonly Setting PublicUrl = Setting.WebUrl("Management:PublicUrl", "https://ops.example.com/thunderstack");

    public static readonly IReadOnlyList<Setting> ApiKeys =
    [
        new Setting($"{Keys}:*:Key", null, JudgeKey) { Reloads = true, IsSecret = true },
        new Setting($"{Keys}:*:Role", null, JudgeRole) { Reloads = true },
    ];

    private static string? JudgeKey(string value) =>
        Setting.Text("").Judge(value)
        ?? (value.Length is < MinKeyLength or > MaxKeyLength ? $"has {value.Length} characters: write {MinKeyLength} to {MaxKeyLength} random ones, such as those of \"openssl rand -hex 32\""
            : value.Any(c => c is <= ' ' or >= '\x7f') ? "has white space, a control character or one outside ASCII, which no header can carry: write random letters and digits"
            : value.Distinct().Count() < MinDistinct ? "repeats a few characters, so it can be guessed: write random ones, such as those of \"openssl rand -hex 32\""
            : null);

    private static string? JudgeRole(string value) =>
        value.Equals("Read", StringComparison.OrdinalIgnoreCase) || value.Equals("Operate", StringComparison.OrdinalIgnoreCase) ? null : "is unknown: write Read or Operate";
}
