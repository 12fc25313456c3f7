namespace ThunderStack.Webhooks.Demo;

/// <summary>The demo cannot start. The message is for the person who started it.</summary>
internal sealed class DemoException(string message) : Exception(message);
