namespace ThunderStack.Webhooks.Keys;

/// <summary>How well signatures can be told apart at the moment.</summary>
public enum PublicKeyHealthStatus
{
    /// <summary>There is no key: nothing can be verified, everything is answered 503.</summary>
    Unhealthy,

    /// <summary>There is a key that serves, but the cloud has not confirmed it as it should have.</summary>
    Degraded,

    /// <summary>There is a key, pinned or confirmed by the cloud.</summary>
    Healthy,
}

/// <summary>What <see cref="PublicKeyRing.GetHealth"/> reports.</summary>
/// <param name="Status">How well signatures can be told apart.</param>
/// <param name="Reason">Why, in one sentence; never key material or the token.</param>
public readonly record struct PublicKeyHealth(PublicKeyHealthStatus Status, string Reason);
