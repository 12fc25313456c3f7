using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.PostgreSql;

internal sealed class PostgreSqlInboxOptionsValidator : IValidateOptions<PostgreSqlInboxOptions>
{
    public ValidateOptionsResult Validate(string? name, PostgreSqlInboxOptions options) =>
        SchemaName.FindProblem(options.Schema) is { } problem
            ? ValidateOptionsResult.Fail($"ThunderStack:Inbox:Schema {problem}. Example: thunderstack.")
            : ValidateOptionsResult.Success;
}

/// <summary>Finds at start what the first connection would otherwise find, such as the connection string of another store.</summary>
internal sealed class ConnectionStringValidator : IValidateOptions<InboxOptions>
{
    public ValidateOptionsResult Validate(string? name, InboxOptions options) =>
        ConnectionSettings.FindProblem(options.ConnectionString) is { } problem
            ? ValidateOptionsResult.Fail(problem)
            : ValidateOptionsResult.Success;
}
