using System.Text.Json;
using System.Text.Json.Serialization;

namespace ThunderStack.Cloud.Nodes;

/// <summary>Reads and writes a value of an open set as the text that it is, known or not.</summary>
internal abstract class OpenValueConverter<T>(Func<string, T> create, Func<T, string> text) : JsonConverter<T>
    where T : struct
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? create(reader.GetString()!)
            : throw new JsonException($"A {typeof(T).Name} is a JSON string.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(text(value));
}
