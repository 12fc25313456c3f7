using System.Xml.Linq;
using ThunderStack.Webhooks.EndToEnd.Processes;

namespace ThunderStack.Webhooks.EndToEnd.Packages;

/// <summary>What a package of ours can do with another, anybody's can: through public members.</summary>
public sealed class FriendTests
{
    // Left to open. Shorten it; a new line is a door that others do not have.
    private static readonly string[] Left =
    [
        "ThunderStack.Webhooks.Management > ThunderStack.Webhooks.Dashboard",
    ];

    [Fact]
    public void No_product_sees_the_internals_of_another_but_those_that_are_left()
    {
        var files = Directory.GetFiles(BuiltProgram.Projects, "*.csproj", SearchOption.AllDirectories);
        var products = files.ToDictionary(
            file => XDocument.Load(file).Descendants("AssemblyName").SingleOrDefault()?.Value ?? Path.GetFileNameWithoutExtension(file), XDocument.Load);

        var seen = products.SelectMany(product => product.Value.Descendants("InternalsVisibleTo")
            .Select(friend => friend.Attribute("Include")!.Value)
            .Where(products.ContainsKey)
            .Select(friend => $"{product.Key} > {friend}"));

        seen.Should().BeEquivalentTo(Left);
    }
}
