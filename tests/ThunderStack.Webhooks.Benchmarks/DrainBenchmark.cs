using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using ThunderStack.Webhooks.Benchmarks.Report;
using ThunderStack.Webhooks.Benchmarks.Servers;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Testing.Inbox;

namespace ThunderStack.Webhooks.Benchmarks;

/// <summary>
/// How fast a backlog goes through a handler that does nothing, beside how fast it was appended; without HTTP and signatures.
/// </summary>
internal sealed class DrainBenchmark(BenchmarkOptions options)
{
    private const int Appenders = 64;
    private const int Nodes = 200;
    private const int Slice = 100_000;
    private const string Handler = "nothing";

    /// <summary>Measures both stores. Returns whether both drain at least as fast as they are filled.</summary>
    public async Task<bool> RunAsync()
    {
        Disk.RequireAt(options.Data);
        var folder = Directory.CreateDirectory(Path.Combine(options.Data, "drain"));
        var database = new Database();
        await using var cleanup = new Cleanup(async () =>
        {
            await database.DisposeAsync();
            folder.Delete(recursive: true);
        });

        await ThisProcess.ConfineAsync(options.ServerCore);
        var isGood = await MeasureAsync("SQLite", webhooks => webhooks.UseSqliteInbox(Path.Combine(folder.FullName, "inbox.db")));
        var connectionString = await database.StartAsync(Path.Combine(folder.FullName, "postgresql"), options.DatabaseCore);
        isGood &= await MeasureAsync("PostgreSQL", webhooks => webhooks.UsePostgreSqlInbox(connectionString));
        return isGood;
    }

    private async Task<bool> MeasureAsync(string store, Action<ThunderStackWebhooksBuilder> use)
    {
        var handled = 0;
        double appendRate;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // Before the handler is known, so that they are none of its business.
        if (options.Stored > 0)
        {
            using var filling = Build(use, handles: false, Count);
            await filling.StartAsync();
            for (var left = options.Stored; left > 0; left -= Slice)
                await AppendAsync(filling, Math.Min(left, Slice));
            await filling.StopAsync();
        }

        // Once with the handler, so that the store knows it, and then without, so that the events stay.
        using (var known = Build(use, handles: true, Count))
        {
            await known.StartAsync();
            await known.StopAsync();
        }

        using (var appending = Build(use, handles: false, Count))
        {
            await appending.StartAsync();
            var started = await AppendAsync(appending, options.Events);
            appendRate = Tell(store, "appended", started);
            await appending.StopAsync();
        }

        using var draining = Build(use, handles: true, Count);
        var drainStarted = Stopwatch.GetTimestamp();
        await draining.StartAsync();
        await done.Task;
        Tell(store, "handled", drainStarted);

        // Until the last result is recorded.
        await draining.StopAsync();
        return Tell(store, "handled and recorded", drainStarted) >= appendRate;

        Task Count(WebhookEvent e, Dispatch.DeliveryContext context, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref handled) == options.Events)
                done.TrySetResult();
            return Task.CompletedTask;
        }
    }

    /// <summary>Appends so many events that were made before. Returns when it began.</summary>
    private static async Task<long> AppendAsync(IHost host, int count)
    {
        var inbox = host.Services.GetRequiredService<IInbox>();
        var entries = Enumerable.Range(0, count).Select(i => TestEntry.Create($"node-{i % Nodes}", receivedAt: TimeProvider.System.GetUtcNow())).ToArray();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(entries.Chunk((count + Appenders - 1) / Appenders).Select(chunk => Task.Run(async () =>
        {
            foreach (var entry in chunk)
                await inbox.AppendAsync(entry, TestEntry.Key, CancellationToken.None);
        })));
        return started;
    }

    private static IHost Build(
        Action<ThunderStackWebhooksBuilder> use, bool handles, Func<WebhookEvent, Dispatch.DeliveryContext, CancellationToken, Task> handle)
    {
        var host = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        host.Configuration.AddInMemoryCollection(
        [
            new("ThunderStack:Nodes:0:NodeId", "node-0"),
            new("ThunderStack:PublicKey:Pinned:0", TestEntry.Key.ToPem()),
        ]);
        var webhooks = host.Services.AddThunderStackWebhooksCore(host.Configuration);
        use(webhooks);
        if (handles)
            webhooks.AddHandler(Handler, handle);
        return host.Build();
    }

    private double Tell(string store, string what, long started)
    {
        var elapsed = Stopwatch.GetElapsedTime(started);
        var rate = options.Events / elapsed.TotalSeconds;
        Console.WriteLine($"{store,-12}{what,-22}{rate,8:F0} events/s ({elapsed.TotalSeconds:F1} s)");
        return rate;
    }
}
