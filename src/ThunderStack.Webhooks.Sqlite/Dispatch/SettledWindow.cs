namespace ThunderStack.Webhooks.Sqlite.Dispatch;

/// <summary>
/// How far a handler has settled everything: the highest sequence number such that it and all below it are marked. One
/// bit for each number above it.
/// </summary>
internal sealed class SettledWindow
{
    private const int BitsPerWord = 64;

    private ulong[] _words = new ulong[16];

    /// <summary>Everything up to here is marked.</summary>
    public long Through { get; private set; }

    public void Reset(long through)
    {
        Array.Clear(_words);
        Through = through;
    }

    public void Mark(long seq)
    {
        if (seq <= Through)
        {
            return;
        }

        EnsureRoom(seq);
        WordOf(seq) |= BitOf(seq);
        while ((WordOf(Through + 1) & BitOf(Through + 1)) != 0)
        {
            Through++;
            WordOf(Through) &= ~BitOf(Through);
        }
    }

    private static ulong BitOf(long seq) => 1UL << (int)(seq % BitsPerWord);

    private ref ulong WordOf(long seq) => ref _words[(int)((seq / BitsPerWord) & (_words.Length - 1))];

    private void EnsureRoom(long seq)
    {
        var needed = (seq / BitsPerWord) - (Through / BitsPerWord) + 1;
        if (needed <= _words.Length)
        {
            return;
        }

        var old = _words;
        var first = Through / BitsPerWord;
        _words = new ulong[System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)needed)];
        for (var word = first; word < first + old.Length; word++)
        {
            _words[(int)(word & (_words.Length - 1))] = old[(int)(word & (old.Length - 1))];
        }
    }
}
