namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>
/// What is measured, as text. It is measured at most once a second, by whoever asks first: what it costs does not grow with those who
/// ask. And it is measured into memory: the exporter waits for its slowest reader before it measures again.
/// </summary>
/// <param name="exporter">Answers a scrape with the text.</param>
/// <param name="time">The clock.</param>
internal sealed class MetricsPage(RequestDelegate exporter, TimeProvider time)
{
    // Prometheus asks every 15 s or so. Several may, and people.
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile Text? _last;

    public async Task AnswerAsync(HttpContext context)
    {
        var text = await ReadAsync(context.RequestAborted);
        context.Response.StatusCode = text.StatusCode;
        context.Response.ContentType = text.ContentType;
        context.Response.ContentLength = text.Bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(text.Bytes, context.RequestAborted);
        }
    }

    private async Task<Text> ReadAsync(CancellationToken cancellationToken)
    {
        if (_last is { } known && IsFresh(known))
        {
            return known;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            return _last is { } newer && IsFresh(newer) ? newer : _last = await MeasureAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    private bool IsFresh(Text text) => time.GetElapsedTime(text.MeasuredAt) < Freshness;

    private async Task<Text> MeasureAsync()
    {
        using var body = new MemoryStream();
        var scrape = new DefaultHttpContext { Response = { Body = body } };
        scrape.Request.Method = HttpMethods.Get;
        await exporter(scrape);
        await scrape.Response.CompleteAsync();
        return new Text(scrape.Response.StatusCode, scrape.Response.ContentType, body.ToArray(), time.GetTimestamp());
    }

    private sealed record Text(int StatusCode, string? ContentType, byte[] Bytes, long MeasuredAt);
}
