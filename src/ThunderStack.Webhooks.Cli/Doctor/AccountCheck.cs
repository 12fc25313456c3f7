using System.Net;
using ThunderStack.Cloud;
using ThunderStack.Cloud.Nodes;
using ThunderStack.Webhooks.Cli.Cloud;

namespace ThunderStack.Webhooks.Cli.Doctor;

/// <summary>Whether the token works, by the one call that needs it: the list of the account's nodes.</summary>
internal static class AccountCheck
{
    public const string Name = "token";

    /// <summary>The account's nodes, when they can be had.</summary>
    public static async Task<(Finding Finding, IReadOnlyList<CloudNode>? Nodes)> RunAsync(CloudSession cloud, CancellationToken cancellationToken)
    {
        try
        {
            var nodes = await cloud.AskAsync((client, token) => client.Nodes.ListAsync(token), cancellationToken);
            return (Finding.Pass(Name, cloud.HasToken ? $"the cloud at {cloud.Address} takes it" : $"the cloud at {cloud.Address} wants none"), nodes);
        }
        catch (ThunderStackCloudException exception)
        {
            return (exception.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                ? Finding.Fail(Name, exception.Message, "make a token in the cloud's web UI and set ThunderStack__Cloud__ApiToken")
                : Finding.Fail(Name, exception.Message, "solve that first: nodes and webhook URLs cannot be checked without"), null);
        }
    }
}
