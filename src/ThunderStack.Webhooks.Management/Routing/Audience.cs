namespace ThunderStack.Webhooks.Management.Routing;

/// <summary>For whom a route is, which says what lets them in.</summary>
public enum Audience
{
    /// <summary>Programs: a key, as a bearer token.</summary>
    Programs = 0,

    /// <summary>Programs, and pages that somebody has signed in to: a key, or their cookie. Nothing that is changed.</summary>
    ProgramsAndPages = 1,

    /// <summary>People: their cookie, and a form of this server's own for what they change.</summary>
    People = 2,

    /// <summary>People who may not have signed in yet.</summary>
    Anybody = 3,
}
