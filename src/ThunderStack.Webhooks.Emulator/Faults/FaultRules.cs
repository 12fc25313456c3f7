namespace ThunderStack.Webhooks.Emulator.Faults;

/// <summary>Faults to come: those of the configuration, and those asked for since.</summary>
internal abstract class FaultRules<TOptions>(IEnumerable<TOptions> configured)
{
    /// <summary>The faults that are not over.</summary>
    public IReadOnlyList<TOptions> Current
    {
        get
        {
            lock (Gate)
            {
                return [.. Rules.Select(rule => rule.Options)];
            }
        }
    }

    /// <summary>Guards <see cref="Rules"/>.</summary>
    protected Lock Gate { get; } = new();

    protected List<Rule> Rules { get; } = [.. configured.Select(fault => new Rule(fault))];

    public void Add(TOptions fault)
    {
        lock (Gate)
        {
            Rules.Add(new Rule(fault));
        }
    }

    public void Clear()
    {
        lock (Gate)
        {
            Rules.Clear();
        }
    }

    protected sealed class Rule(TOptions options)
    {
        public TOptions Options => options;

        /// <summary>How many it could have had.</summary>
        public int Seen { get; set; }

        /// <summary>How many have it.</summary>
        public int Taken { get; set; }
    }
}
