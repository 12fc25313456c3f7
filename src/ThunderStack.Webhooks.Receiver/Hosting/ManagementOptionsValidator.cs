using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Receiver.Hosting;

internal sealed class ManagementOptionsValidator : IValidateOptions<ManagementOptions>
{
    public ValidateOptionsResult Validate(string? name, ManagementOptions options) =>
        options.Port is >= 0 and <= ushort.MaxValue
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"ThunderStack:Management:Port is {options.Port}: write a port such as 8081, or 0 for none.");
}
