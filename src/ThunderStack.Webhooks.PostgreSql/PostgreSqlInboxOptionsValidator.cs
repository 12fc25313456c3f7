using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.PostgreSql.Storage;

namespace ThunderStack.Webhooks.PostgreSql;

internal sealed class PostgreSqlInboxOptionsValidator : IValidateOptions<PostgreSqlInboxOptions>
{
    public ValidateOptionsResult Validate(string? name, PostgreSqlInboxOptions options) =>
        SchemaName.FindProblem(options.Schema) is { } problem
            ? ValidateOptionsResult.Fail($"ThunderStack:Inbox:Schema {problem}: write such as thunderstack.")
            : ValidateOptionsResult.Success;
}
