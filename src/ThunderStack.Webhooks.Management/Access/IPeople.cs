using Microsoft.AspNetCore.Http;

namespace ThunderStack.Webhooks.Management.Access;

/// <summary>
/// Signs people in to pages: they have a cookie instead of a key, and are told in words what a program is told in JSON. <c>AddDashboard</c> registers one;
/// where there is none, pages are answered only where no key is needed, and problems are JSON.
/// </summary>
public interface IPeople
{
    /// <summary>Finds who has signed in.</summary>
    /// <param name="context">The request.</param>
    /// <returns>Whoever has signed in; <see langword="null"/> without a cookie, and with one whose key was changed or removed.</returns>
    Task<Caller?> FindAsync(HttpContext context);

    /// <summary>Checks that a form is one that this server has given to this person.</summary>
    /// <param name="context">The request that posts the form.</param>
    /// <returns>Whether it is; otherwise the request is refused with 400.</returns>
    Task<bool> IsOwnFormAsync(HttpContext context);

    /// <summary>Answers a request for a page with a problem, or leads to where people sign in.</summary>
    /// <param name="context">The request; nothing of its answer has been sent.</param>
    /// <param name="problem">Why the page is not shown.</param>
    Task AnswerAsync(HttpContext context, ManagementException problem);
}
