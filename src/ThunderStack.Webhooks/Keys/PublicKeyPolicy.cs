namespace ThunderStack.Webhooks.Keys;

/// <summary>x</summary>
public static class PublicKeyPolicy;
