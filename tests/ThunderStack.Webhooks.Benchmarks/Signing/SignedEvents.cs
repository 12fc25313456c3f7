using System.Runtime.InteropServices;
using System.Text;

namespace ThunderStack.Webhooks.Benchmarks.Signing;

/// <summary>Distinct signed events, as the complete requests that go over the wire. All bytes are one block of memory.</summary>
internal sealed class SignedEvents
{
    private readonly byte[] _bytes;
    private readonly int[] _ends;

    private SignedEvents(string publicKeyPem, byte[] bytes, int[] ends)
    {
        PublicKeyPem = publicKeyPem;
        _bytes = bytes;
        _ends = ends;
    }

    /// <summary>The key that all of them verify with.</summary>
    public string PublicKeyPem { get; }

    public int Count => _ends.Length;

    public ReadOnlyMemory<byte> this[int index]
    {
        get
        {
            var start = index == 0 ? 0 : _ends[index - 1];
            return _bytes.AsMemory(start, _ends[index] - start);
        }
    }

    public static SignedEvents Of(string publicKeyPem, IReadOnlyCollection<byte[]> requests)
    {
        var end = 0;
        var ends = requests.Select(request => end += request.Length).ToArray();
        var bytes = new MemoryStream(capacity: end);
        foreach (var request in requests)
            bytes.Write(request);
        return new SignedEvents(publicKeyPem, bytes.GetBuffer(), ends);
    }

    /// <summary>The events signed by an earlier run, or <see langword="null"/> when there are none.</summary>
    public static SignedEvents? Load(string path)
    {
        if (!File.Exists(path))
            return null;

        using var file = new BinaryReader(File.OpenRead(path), Encoding.UTF8);
        var pem = file.ReadString();
        var ends = new int[file.ReadInt32()];
        file.BaseStream.ReadExactly(MemoryMarshal.AsBytes(ends.AsSpan()));
        var bytes = file.ReadBytes(ends[^1]);
        return bytes.Length == ends[^1] ? new SignedEvents(pem, bytes, ends) : null;
    }

    /// <summary>Keeps them for the next run. The file appears whole or not at all.</summary>
    public void Save(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var file = new BinaryWriter(File.Create(path + ".part"), Encoding.UTF8))
        {
            file.Write(PublicKeyPem);
            file.Write(_ends.Length);
            file.Write(MemoryMarshal.AsBytes(_ends.AsSpan()));
            file.Write(_bytes);
        }

        File.Move(path + ".part", path, overwrite: true);
    }
}
