using ThunderStack.Webhooks.EndToEnd.Documents;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Packages;

/// <summary>The libraries, packed, and what newcomers make of them with every page: built once.</summary>
public sealed class PackedConsumers : IAsyncLifetime
{
    private readonly TemporaryDirectory _folder = new();
    private IReadOnlyList<MarkdownPage> _pages = [];
    private ConsumerSolution? _consumers;

    /// <summary>What the build wrote.</summary>
    public string BuildOutput { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        _pages = MarkdownPage.All();
        var feed = await PackageFeed.PackAsync(_folder.File("feed"));
        _consumers = await ConsumerSolution.CreateAsync(_folder.File("consumers"), feed, ConsumerProject.Of(_pages));
        BuildOutput = await _consumers.BuildAsync();
    }

    /// <summary>The program that a page begins with, such as that of <c>docs/extending.md</c>.</summary>
    public string ProgramOf(string page) => _consumers!.ProgramOf(_pages.Single(other => other.Name == page));

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
