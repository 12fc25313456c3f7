namespace ThunderStack.Webhooks.Emulator.NodeApi;

/// <summary>An error as a node words it.</summary>
internal sealed record NodeError(int Status, string Name, string Text)
{
    public static readonly NodeError Locked = new(403, "LockedNode", "Node is locked (hint: call unlock)");
    public static readonly NodeError NotInitialized = new(403, "NotInitialized", "Node has not been initialized (hint: call init)");
    public static readonly NodeError AlreadyInitialized = new(403, "AlreadyInitialized", "Node has already been initialized");
    public static readonly NodeError AlreadyUnlocked = new(403, "AlreadyUnlocked", "Node has already been unlocked");
    public static readonly NodeError UnlockedNode = new(403, "UnlockedNode", "Node is unlocked (hint: call lock)");
    public static readonly NodeError ChangingState = new(403, "ChangingState", "Cannot call other APIs while node is changing state");
    public static readonly NodeError WrongPassword = new(401, "WrongPassword", "The provided password is incorrect");
    public static readonly NodeError Unauthorized = new(401, "Unauthorized", "Missing or invalid credentials");
    public static readonly NodeError InvalidRequest = new(400, "InvalidRequest", "Invalid request: the body must be JSON with a password");

    public IResult ToResult(bool named) => named
        ? Results.Json(new { error = Text, code = Status, name = Name }, statusCode: Status)
        : Results.Json(new { error = Text, code = Status }, statusCode: Status);
}
