using System.Diagnostics.CodeAnalysis;

namespace ThunderStack.Webhooks.PostgreSql.Storage;

/// <summary>The schema that all tables are in, safe to put into a statement.</summary>
/// <param name="Value">The name as it is configured.</param>
internal readonly record struct SchemaName(string Value)
{
    // PostgreSQL keeps 63 characters, also of the notification channel, which has a prefix.
    private const int MaxLength = 48;

    /// <summary>A name, checked.</summary>
    /// <exception cref="InboxOpenException">It cannot be one; the message begins with <paramref name="subject"/>.</exception>
    public static SchemaName Parse(string name, string subject = "The schema's name") => FindProblem(name) is { } problem
        ? throw new InboxOpenException($"{subject} {problem}. Example: thunderstack.")
        : new SchemaName(name);

    /// <summary>What is wrong with a name, or <see langword="null"/>.</summary>
    // Plain names only: whoever types one into psql should not have to think about quotes.
    public static string? FindProblem([NotNull] string? name)
    {
        name ??= "";
        return name switch
        {
            "" => "is empty",
            { Length: > MaxLength } => "is longer than 48 characters",
            _ when name.StartsWith("pg_", StringComparison.Ordinal) => "begins with pg_, which PostgreSQL keeps for itself",
            _ when !char.IsAsciiLetterLower(name[0]) && name[0] != '_' => "does not begin with a lower-case letter or an underscore",
            _ when !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')
                => "has something else than lower-case letters, digits and underscores",
            _ => null,
        };
    }

    /// <summary>The name in quotes.</summary>
    public override string ToString() => $"\"{Value}\"";
}
