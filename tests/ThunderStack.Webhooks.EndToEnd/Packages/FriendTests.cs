using System.Xml.Linq;
using ThunderStack.Webhooks.EndToEnd.Processes;

namespace ThunderStack.Webhooks.EndToEnd.Packages;

/// <summary>What a package of ours can do with another, anybody's can: through public members.</summary>
public sealed class FriendTests
{
    [Fact]
    public void No_product_sees_the_internals_of_another()
    {
        var files = Directory.GetFiles(BuiltProgram.Projects, "*.csproj", SearchOption.AllDirectories);
        var products = files.ToDictionary(
            file => XDocument.Load(file).Descendants("AssemblyName").SingleOrDefault()?.Value ?? Path.GetFileNameWithoutExtension(file), XDocument.Load);
        products.Should().ContainKeys("ThunderStack.Webhooks", "thunderstack");

        var seen = products.SelectMany(product => product.Value.Descendants("InternalsVisibleTo")
            .Select(friend => friend.Attribute("Include")!.Value)
            .Where(products.ContainsKey)
            .Select(friend => $"{product.Key} > {friend}"));

        seen.Should().BeEmpty();
    }
}
