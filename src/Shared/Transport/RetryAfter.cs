namespace ThunderStack.Cloud.Transport;

/// <summary>Reads how long a server wants to be left alone.</summary>
internal static class RetryAfter
{
    /// <returns>The wait, at least zero; <see langword="null"/> when the answer names none.</returns>
    public static TimeSpan? Of(HttpResponseMessage response, TimeProvider time)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : null);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
