namespace ThunderStack.Webhooks.Management.Routing;

/// <summary>A parameter that a route takes in its query; any other is refused, since it would be passed over in silence.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it means, for the description of the API.</param>
public sealed record QueryParameter(string Name, string Description);
