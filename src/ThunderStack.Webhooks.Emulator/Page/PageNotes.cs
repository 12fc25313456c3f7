using System.Security.Cryptography;

namespace ThunderStack.Webhooks.Emulator.Page;

/// <summary>What a form has done.</summary>
internal sealed record PageNote(bool IsDone, string Text)
{
    public static PageNote Done(string text) => new(true, text);

    public static PageNote Refused(string text) => new(false, text);
}

/// <summary>The last notes, for the page that a form leads back to: a link cannot make up a text of its own.</summary>
internal sealed class PageNotes
{
    private const int Most = 100;

    private readonly Lock _gate = new();
    private readonly Queue<(string Name, PageNote Note)> _notes = new();

    public string Add(PageNote note)
    {
        var name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        lock (_gate)
        {
            _notes.Enqueue((name, note));
            if (_notes.Count > Most)
            {
                _notes.Dequeue();
            }
        }

        return name;
    }

    public PageNote? Find(string? name)
    {
        lock (_gate)
        {
            return _notes.FirstOrDefault(known => known.Name == name).Note;
        }
    }
}
