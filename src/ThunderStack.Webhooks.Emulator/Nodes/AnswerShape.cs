namespace ThunderStack.Webhooks.Emulator.Nodes;

/// <summary>Whose word the emulator takes for the shape of an answer, where the vendor's sources differ.</summary>
public enum AnswerShape
{
    /// <summary>The OpenAPI file's: a node is bare, a new one is <c>data</c> beside a <c>message</c>.</summary>
    OpenApi,

    /// <summary>The API tests': a node is <c>data</c>, a new one <c>data.node</c>.</summary>
    Tests,
}
