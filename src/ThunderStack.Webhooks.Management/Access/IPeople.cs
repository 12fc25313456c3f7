using Microsoft.AspNetCore.Http;
using ThunderStack.Webhooks.Management.Routing;

namespace ThunderStack.Webhooks.Management.Access;

/// <summary>What pages add to the API: people have a cookie instead of a key, and are told in words what a program is told in JSON.</summary>
internal interface IPeople
{
    /// <summary>Who has signed in; <see langword="null"/> without a cookie, and with one whose key was changed or removed.</summary>
    Task<Caller?> FindAsync(HttpContext context);

    /// <summary>Whether a form is one that this server has given to this person.</summary>
    Task<bool> IsOwnFormAsync(HttpContext context);

    /// <summary>Shows a problem, or where to sign in.</summary>
    /// <param name="context">The request.</param>
    /// <param name="problem">What is the matter.</param>
    Task AnswerAsync(HttpContext context, ManagementException problem);
}
