using Microsoft.Extensions.Configuration;

namespace ThunderStack.Webhooks.Configuration;

/// <summary>Finds what is written for declared settings.</summary>
internal static class SettingValues
{
    /// <summary>Every value of a setting, with its key below <paramref name="root"/>: of <c>Nodes:*:NodeId</c>, one for each node.</summary>
    public static IEnumerable<(string Key, string Value)> ReadAll(this IConfiguration root, Setting setting) =>
        Read(root, setting.Key.Split(':'), 0, "");

    /// <summary>What is wrong with the values of settings, each by its key.</summary>
    public static IEnumerable<string> Problems(this IConfiguration root, IEnumerable<Setting> settings, string sectionName) =>
        from setting in settings
        from written in root.ReadAll(setting)
        where !(setting.IsTyped && written.Value.Length == 0)
        let problem = setting.Judge(written.Value)
        where problem is not null
        select $"{sectionName}:{written.Key} {problem}.";

    private static IEnumerable<(string Key, string Value)> Read(IConfiguration section, string[] parts, int index, string path)
    {
        var names = parts[index] == "*" ? section.GetChildren().Select(child => child.Key) : [parts[index]];
        foreach (var name in names)
        {
            var key = path.Length == 0 ? name : $"{path}:{name}";
            if (index == parts.Length - 1)
            {
                if (section[name] is { } value)
                {
                    yield return (key, value);
                }
            }
            else
            {
                foreach (var below in Read(section.GetSection(name), parts, index + 1, key))
                {
                    yield return below;
                }
            }
        }
    }
}
