using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>Copies and clears the folder of a store that is closed. Only what is the store's is touched.</summary>
internal static class CacheFolder
{
    private const int BufferLength = 1024 * 1024;

    /// <summary>Copies a store to an empty or new folder.</summary>
    /// <exception cref="PeerException">The disk is full or broken, or another process has one of the folders.</exception>
    public static void Copy(string source, string target, CancellationToken cancellationToken)
    {
        // Taking both keeps every other process out meanwhile.
        using CacheVolume from = CacheVolume.Open(0, source, 0);
        using CacheVolume to = CacheVolume.Open(0, target, 0);
        try
        {
            CopyFile(
                Path.Combine(source, SegmentStore.IndexFile), Path.Combine(target, SegmentStore.IndexFile), cancellationToken);
            foreach (string file in from.ListFiles().Keys)
            {
                CopyFile(file, to.Rebase(file), cancellationToken);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Translate(exception, target);
        }
    }

    /// <summary>Removes a store, and the folder where it holds nothing else.</summary>
    /// <exception cref="PeerException">Another process has it.</exception>
    public static void Clear(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        CacheVolume.Open(0, folder, 0).Leave();
        foreach (string suffix in new[] { "", "-wal", "-shm" })
        {
            AtomicFile.Delete(Path.Combine(folder, SegmentStore.IndexFile + suffix));
        }

        if (!Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }

    // Holes stay holes: they take no room, and copying them takes time.
    private static void CopyFile(string source, string target, CancellationToken cancellationToken)
    {
        using FileStream input = new(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        AtomicFile.Delete(target);
        using FileStream output = PrivateFile.Create(target);
        byte[] buffer = new byte[BufferLength];
        int length;
        while ((length = input.Read(buffer)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            WriteParts(output, buffer.AsSpan(0, length));
        }

        output.SetLength(input.Length);
        output.Flush(flushToDisk: true);
    }

    private static void WriteParts(FileStream output, ReadOnlySpan<byte> bytes)
    {
        const int page = 4096;
        for (int at = 0; at < bytes.Length; at += page)
        {
            ReadOnlySpan<byte> part = bytes.Slice(at, Math.Min(page, bytes.Length - at));
            if (part.ContainsAnyExcept((byte)0))
            {
                output.Write(part);
            }
            else
            {
                output.Seek(part.Length, SeekOrigin.Current);
            }
        }
    }
}
