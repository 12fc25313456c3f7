using System.Globalization;
using ThunderStack.Webhooks.Emulator.NodeApi;

namespace ThunderStack.Webhooks.Emulator.Nodes;

/// <summary>A node of this cloud: what is known of it, and what it is about to become.</summary>
internal sealed class EmulatedNode(string nodeId, string name, string network, string status, Uri? webhookUrl, string? password = null)
{
    private const int Port = 3001;
    private const int PeerPort = 9735;

    private readonly Lock _gate = new();
    private readonly NodeLife _life = new(status);
    private readonly List<NodeBuild> _builds = [];
    private Uri? _webhookUrl = webhookUrl;
    private ITimer? _plan;

    public string NodeId => nodeId;

    public string Name => name;

    public string Network => network;

    public NodeWallet Wallet { get; } = new(password);

    /// <summary>The image that it runs.</summary>
    public string Image { get; set; } = EmulatedCloud.LatestImage;

    public string Status
    {
        get
        {
            lock (_gate)
            {
                return _life.Status;
            }
        }
    }

    public Uri? WebhookUrl
    {
        get
        {
            lock (_gate)
            {
                return _webhookUrl;
            }
        }

        set
        {
            lock (_gate)
            {
                _webhookUrl = value;
            }
        }
    }

    /// <summary>Takes the next step of a life by itself, and returns the new status.</summary>
    public string Live()
    {
        lock (_gate)
        {
            Wallet.Restart();
            return _life.Next();
        }
    }

    /// <summary>Puts the node into a status; what it was about to become, and its life, go on from there.</summary>
    public void Become(string next)
    {
        lock (_gate)
        {
            Enter(next);
        }
    }

    /// <summary>
    /// Begins something: a first status at once, if given, and then a step each <paramref name="delay"/>. What was begun
    /// before ends.
    /// </summary>
    /// <param name="action">What is begun, such as CREATE.</param>
    /// <param name="now">The status at once; <see langword="null"/>: none yet.</param>
    /// <param name="steps">The statuses to come.</param>
    /// <param name="delay">How long each takes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="changed">Told each change, in order.</param>
    public void Begin(string action, string? now, IReadOnlyList<string> steps, TimeSpan delay, TimeProvider time, Action<string> changed)
    {
        lock (_gate)
        {
            _plan?.Dispose();
            _builds.Add(new NodeBuild(
                $"{nodeId}:{_builds.Count + 1}",
                action,
                _builds.Count + 1,
                "IN_PROGRESS",
                BuildComplete: false,
                "BUILD",
                time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)));
            if (now is not null)
            {
                Enter(now);
                changed(now);
            }

            var queue = new Queue<string>(steps);
            // A timer, begun before anybody is told: whoever sees the first change can rely on the next.
            ITimer? plan = null;
            plan = time.CreateTimer(_ => Step(plan, queue, changed), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _plan = plan;
            plan.Change(delay, delay);
        }
    }

    /// <summary>Ends what was begun: nothing changes any more.</summary>
    public void End()
    {
        lock (_gate)
        {
            _plan?.Dispose();
            _plan = null;
            Wallet.Restart();
        }
    }

    /// <param name="invokeUrl">Where its own API is.</param>
    public NodeDescription Describe(string invokeUrl)
    {
        lock (_gate)
        {
            return new NodeDescription(
                nodeId,
                name,
                network,
                _life.Status,
                Wallet.IsInitialized,
                invokeUrl,
                Image,
                Port,
                new Uri(invokeUrl).Scheme,
                $"peer-{nodeId}.nodes.example",
                PeerPort,
                new NodeSettings(_webhookUrl?.AbsoluteUri),
                [.. _builds]);
        }
    }

    private void Step(ITimer? plan, Queue<string> queue, Action<string> changed)
    {
        lock (_gate)
        {
            // A tick that was under way when something else was begun.
            if (plan != _plan || !queue.TryDequeue(out var next))
            {
                return;
            }

            if (queue.Count == 0)
            {
                _builds[^1] = _builds[^1] with { BuildStatus = "SUCCESS", BuildComplete = true, CurrentPhase = "COMPLETED" };
                plan!.Dispose();
            }

            Enter(next);
            changed(next);
        }
    }

    private void Enter(string next)
    {
        // Every change is an end or a start of the node's process; that a running node runs is none.
        if (next != _life.Status)
        {
            Wallet.Restart();
        }

        _life.Become(next);
    }
}
