using System.Security.Cryptography;
using ThunderStack.Webhooks.Receiver.Hosting;

namespace ThunderStack.Webhooks.Receiver.Settings;

/// <summary>
/// Settings from files, which are read again when their content has changed. They are polled: a watch of the file system misses a
/// symbolic link that is swapped, as Kubernetes does it, sees none of some mounted file systems, and is a limited resource that
/// other programs may have used up.
/// </summary>
/// <param name="list">The files that are there now; of two that have the same setting the later one's counts.</param>
/// <param name="parse">The settings of a file.</param>
internal sealed class PolledFiles(Func<IEnumerable<string>> list, Func<string, byte[], IDictionary<string, string?>> parse)
    : ConfigurationProvider, IConfigurationSource
{
    private readonly Dictionary<string, IDictionary<string, string?>> _usable = new(StringComparer.Ordinal);
    private Dictionary<string, string> _applied = [];
    private Dictionary<string, string> _seen = [];

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <exception cref="StartupException">A file cannot be used.</exception>
    public override void Load()
    {
        _applied = _seen = Look();
        if (Apply() is [var problem, ..])
        {
            throw new StartupException(problem);
        }
    }

    /// <summary>Takes over what has changed, once it has stayed the same since the last call: a file may be half written.</summary>
    /// <returns>What is wrong with a file; the settings that it had before go on.</returns>
    public IReadOnlyList<string> Poll()
    {
        var seen = Look();
        var isSettled = AreSame(seen, _seen);
        _seen = seen;
        if (!isSettled || AreSame(seen, _applied))
        {
            return [];
        }

        _applied = seen;
        var before = Data;
        var problems = Apply();
        if (!AreSame(before, Data))
        {
            OnReload();
        }

        return problems;
    }

    private static bool AreSame<TValue>(IDictionary<string, TValue> one, IDictionary<string, TValue> other) =>
        one.Count == other.Count && one.All(entry => other.TryGetValue(entry.Key, out var value) && Equals(entry.Value, value));

    /// <summary>Every file with a hash of its content, or with why it cannot be read.</summary>
    private Dictionary<string, string> Look()
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in list())
        {
            try
            {
                using var stream = Open(path);
                found[path] = Convert.ToHexString(SHA256.HashData(stream));
            }
            catch (FileNotFoundException)
            {
                // It went since it was listed, or it is a link to nothing.
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                found[path] = exception.Message;
            }
        }

        return found;
    }

    private List<string> Apply()
    {
        var problems = new List<string>();
        var data = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var gone in _usable.Keys.Where(path => !_applied.ContainsKey(path)).ToList())
        {
            _usable.Remove(gone);
        }

        // In the order of the list, which a dictionary does not promise.
        foreach (var path in list().Where(_applied.ContainsKey))
        {
            if (TryParse(path, problems) is { } settings)
            {
                _usable[path] = settings;
            }

            foreach (var (key, value) in _usable.GetValueOrDefault(path) ?? new Dictionary<string, string?>())
            {
                data[key] = value;
            }
        }

        Data = data;
        return problems;
    }

    private IDictionary<string, string?>? TryParse(string path, List<string> problems)
    {
        try
        {
            using var stream = Open(path);
            using var content = new MemoryStream();
            stream.CopyTo(content);
            return parse(path, content.ToArray());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException or System.Text.Json.JsonException)
        {
            var cause = (exception.InnerException ?? exception).Message;
            problems.Add(exception is IOException or UnauthorizedAccessException ? $"{path} cannot be read: {cause}" : $"{path} is not JSON: {cause}");
            return null;
        }
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
