using System.Text.Json.Serialization;

namespace ThunderStack.Webhooks.Sqlite.Administration;

/// <summary>Lists that go to SQLite as one parameter.</summary>
[JsonSerializable(typeof(string[]))]
internal sealed partial class SqliteJson : JsonSerializerContext;
