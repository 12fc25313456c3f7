using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace ThunderStack.Webhooks.Benchmarks.Servers;

/// <summary>
/// Verify, then the least that keeps a promise: the requests that wait are written to a file in one piece, and synced once.
/// No index, no duplicates, nothing that could be read again but from the start: what no store does faster on this disk.
/// </summary>
/// <remarks>It gathers as the inboxes do, and answers in groups as they do, so that only the storing differs.</remarks>
internal sealed class BatchedWriteServer : IDisposable
{
    private const int BusyBatch = 4;
    private const int FullBatch = 32;
    private const int AnswersAtATime = 16;
    private const int BlockSize = 4096;
    private const int FileSize = 8 << 20;
    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(2);

    private readonly object _gate = new();
    private readonly List<(byte[] Event, TaskCompletionSource Stored)> _waiting = [];
    private readonly SignatureCheck _signatures;
    private readonly SafeFileHandle _file;
    private readonly byte[] _batch = new byte[FileSize];
    private int _wakeAt = 1;

    private BatchedWriteServer(string publicKeyPem, string path)
    {
        _signatures = new SignatureCheck(publicKeyPem, withProduct: true);
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);

        // Its size never changes: a sync has nothing but the batch to write.
        RandomAccess.Write(_file, _batch, 0);
        RandomAccess.FlushToDisk(_file);
    }

    public static async Task RunAsync(int port, string publicKeyPem, string path)
    {
        using var server = new BatchedWriteServer(publicKeyPem, path);
        new Thread(server.Write) { IsBackground = true }.Start();
        await PlainServer.RunAsync<byte[]>(port, server.Verify, server.StoreAsync);
    }

    public void Dispose()
    {
        _file.Dispose();
        _signatures.Dispose();
    }

    private byte[]? Verify(IHeaderDictionary headers, ReadOnlySequence<byte> body)
    {
        Span<byte> hash = stackalloc byte[SignatureCheck.HashLength];
        var verified = new byte[SignatureCheck.SignatureLength + body.Length];
        body.CopyTo(verified.AsSpan(SignatureCheck.SignatureLength));
        return _signatures.IsAuthentic(headers, body, hash, verified.AsSpan(0, SignatureCheck.SignatureLength)) ? verified : null;
    }

    private Task StoreAsync(byte[] verified)
    {
        var stored = new TaskCompletionSource();
        lock (_gate)
        {
            _waiting.Add((verified, stored));
            if (_waiting.Count == _wakeAt)
                Monitor.Pulse(_gate);
        }

        return stored.Task;
    }

    private void Write()
    {
        var offset = 0;
        var batch = Array.Empty<TaskCompletionSource>();
        while (true)
        {
            batch = Take(batch.Length, out var size);
            if (offset + size > FileSize)
                offset = 0;

            RandomAccess.Write(_file, _batch.AsSpan(0, size), offset);
            RandomAccess.FlushToDisk(_file);
            offset += size;
            foreach (var group in batch.Chunk(AnswersAtATime))
                ThreadPool.UnsafeQueueUserWorkItem(static group => Array.ForEach(group, stored => stored.SetResult()), group, preferLocal: false);
        }
    }

    private TaskCompletionSource[] Take(int last, out int size)
    {
        lock (_gate)
        {
            if (last >= BusyBatch && _waiting.Count < FullBatch)
            {
                _wakeAt = FullBatch;
                Monitor.Wait(_gate, GatherTime);
                _wakeAt = 1;
            }

            while (_waiting.Count == 0)
                Monitor.Wait(_gate);

            size = 0;
            foreach (var (verified, _) in _waiting)
            {
                verified.CopyTo(_batch, size);
                size += verified.Length;
            }

            // Whole blocks: a part of one would have to be read first.
            size = (size + BlockSize - 1) / BlockSize * BlockSize;
            TaskCompletionSource[] batch = [.. _waiting.Select(waiting => waiting.Stored)];
            _waiting.Clear();
            return batch;
        }
    }
}
