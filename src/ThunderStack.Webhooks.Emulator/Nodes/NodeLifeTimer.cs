using Microsoft.Extensions.Options;

namespace ThunderStack.Webhooks.Emulator.Nodes;

/// <summary>Lets the nodes live: one step each interval, the first after one interval.</summary>
internal sealed class NodeLifeTimer(EmulatedCloud cloud, IOptions<EmulatorOptions> options, TimeProvider time) : BackgroundService
{
    private PeriodicTimer? _timer;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Here and not in ExecuteAsync, which begins at some later time: the first interval starts with the emulator.
        if (options.Value.Interval > TimeSpan.Zero)
        {
            _timer = new PeriodicTimer(options.Value.Interval, time);
        }

        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _timer?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (_timer is not null && await _timer.WaitForNextTickAsync(stoppingToken))
        {
            await cloud.AdvanceAsync().WaitAsync(stoppingToken);
        }
    }
}
