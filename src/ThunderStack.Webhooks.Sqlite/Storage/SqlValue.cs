namespace ThunderStack.Webhooks.Sqlite.Storage;

/// <summary>The value of a parameter: a number, text, a blob, or NULL.</summary>
internal readonly record struct SqlValue(long? Number = null, string? Text = null, ReadOnlyMemory<byte>? Blob = null)
{
    public static implicit operator SqlValue(long? number) => new(Number: number);

    public static implicit operator SqlValue(string? text) => new(Text: text);

    // Without this, null would become an empty blob.
    public static implicit operator SqlValue(byte[]? blob) => blob is null ? default : new SqlValue(Blob: blob);

    public static implicit operator SqlValue(ReadOnlyMemory<byte> blob) => new(Blob: blob);
}
