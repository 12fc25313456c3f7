using System.Collections;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace ThunderStack.Webhooks.EndToEnd.Deployment;

/// <summary>A value of a YAML file. What is not there is a failing test that names it.</summary>
internal sealed class Yaml
{
    private readonly object? _value;
    private readonly string _path;

    private Yaml(object? value, string path) => (_value, _path) = (value, path);

    public string Text => _value as string ?? throw new InvalidDataException($"{_path} is no text.");

    public IReadOnlyList<Yaml> Items => [.. (_value as IList ?? throw new InvalidDataException($"{_path} is no list."))
        .Cast<object?>().Select((item, index) => new Yaml(item, $"{_path}[{index}]"))];

    public IReadOnlyDictionary<string, Yaml> Members => Map.Keys.Cast<string>().ToDictionary(key => key, key => this[key]);

    private IDictionary Map => _value as IDictionary ?? throw new InvalidDataException($"{_path} is no map.");

    public Yaml this[string key] => Map.Contains(key)
        ? new Yaml(Map[key], $"{_path}.{key}")
        : throw new InvalidDataException($"{_path} has no {key}.");

    public bool Has(string key) => Map.Contains(key);

    /// <summary>The text members of a map.</summary>
    public Dictionary<string, string> ToTexts() => Members.ToDictionary(member => member.Key, member => member.Value.Text);

    /// <summary>Reads every document of a file, with anchors and merged keys resolved.</summary>
    public static IReadOnlyList<Yaml> Load(string file)
    {
        using var reader = new StreamReader(file);
        var parser = new MergingParser(new Parser(reader));
        var deserializer = new DeserializerBuilder().Build();
        var documents = new List<Yaml>();
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _))
        {
            documents.Add(new Yaml(deserializer.Deserialize(parser), Path.GetFileName(file)));
        }

        return documents;
    }
}
