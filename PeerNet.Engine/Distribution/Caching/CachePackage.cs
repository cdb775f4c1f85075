using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Caching;

/// <summary>Packs a store into a file, and takes such files, or plain content, into a cache.</summary>
internal static class CachePackage
{
    private const int FileBuffer = 1024 * 1024;

    /// <summary>Packs all plaintext of a store. Ciphertext stays: nobody could check it elsewhere.</summary>
    /// <exception cref="PeerException">The file exists already, or cannot be written. There is no part of it.</exception>
    public static Task ExportAsync(
        SegmentStore store,
        string destination,
        bool overwrite,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(destination, isPrivate: true, overwrite, async stream =>
        {
            using PackageWriter writer = await PackageWriter.BeginAsync(stream, cancellationToken).ConfigureAwait(false);
            long done = 0;
            foreach (SegmentId id in store.ListIds())
            {
                done += await WriteAsync(store, id, writer, cancellationToken).ConfigureAwait(false);
                progress?.Report(new PeerTransferProgress(done, -1));
            }

            await writer.EndAsync(cancellationToken).ConfigureAwait(false);
        });

    /// <summary>Takes a package into a cache. Every block is checked; what comes before damage is kept.</summary>
    /// <exception cref="PeerException">The file is no package, is damaged, or cannot be read; or the cache cannot be
    /// written.</exception>
    public static async Task<PeerCacheImportResult> ImportAsync(
        ISegmentCache cache,
        string package,
        Guid tag,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        FileStream stream = Open(package);
        await using (stream.ConfigureAwait(false))
        {
            using var reader = new PackageReader(stream);
            var import = new CacheImport(cache, tag, stream.Length, progress);
            if (!await TryReadAsync(() => reader.TryBeginAsync(cancellationToken), package).ConfigureAwait(false))
            {
                throw PeerErrors.InvalidData.Exception($"'{package}' is no package of Export-PeerCache, or of a later version.", package);
            }

            while (await TryReadAsync(() => reader.TryReadAsync(cancellationToken), package).ConfigureAwait(false))
            {
                if (reader.Type == PackageRecordType.End)
                {
                    return import.Complete(package);
                }

                if (reader.Type == PackageRecordType.Block)
                {
                    await import.AddAsync(reader.Segment!, reader.Index, reader.Block, stream.Position, cancellationToken)
                        .ConfigureAwait(false);
                }
            }

            throw PeerErrors.InvalidData.Exception(
                $"The package '{package}' is damaged before byte {stream.Position}; copy it again. The {import.Result.Bytes} bytes "
                + "before that were sound and are kept.",
                package);
        }
    }

    /// <summary>Takes the content of a file into a cache, as far as it is what the information says. The file is its
    /// user's: others may change or delete it meanwhile.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="information">What describes the content.</param>
    /// <param name="path">The file.</param>
    /// <param name="start">Where in the content the file begins. Blocks that it does not have whole are left out.</param>
    /// <param name="tag">What the segments are tagged with.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Gives up; what has been taken in stays.</param>
    /// <exception cref="PeerException">The file cannot be read, or the cache cannot be written.</exception>
    public static async Task<PeerCacheImportResult> ImportDataAsync(
        ISegmentCache cache,
        PeerContentInformation information,
        string path,
        long start,
        Guid tag,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        FileStream stream = Open(path);
        await using (stream.ConfigureAwait(false))
        {
            var import = new CacheImport(cache, tag, information.Length, progress);
            byte[] buffer = new byte[PackageRecord.MaximumLength];
            long done = 0;
            foreach (PeerContentSegment segment in information.Segments)
            {
                for (int index = segment.FirstBlock; index < segment.FirstBlock + segment.DescribedBlocks; index++)
                {
                    Memory<byte> block = buffer.AsMemory(0, segment.GetBlockLength(index));
                    long offset = segment.Offset + ((long)index * segment.BlockSize) - start;
                    int length = offset < 0
                        ? 0
                        : await ReadAsync(stream, offset, block, path, cancellationToken).ConfigureAwait(false);
                    done += length;
                    await import.AddAsync(segment, index, block[..length], done, cancellationToken).ConfigureAwait(false);
                }
            }

            return import.Complete(path);
        }
    }

    private static async Task<long> WriteAsync(
        SegmentStore store, SegmentId id, PackageWriter writer, CancellationToken cancellationToken)
    {
        long written = 0;
        for (int from = 0; store.Find(id) is { } holding && store.Describe(id, from) is { } segment;
            from = segment.FirstBlock + segment.DescribedBlocks)
        {
            BlockSet blocks = holding.Blocks.Intersect(BlockSet.Range(segment.FirstBlock, segment.DescribedBlocks));
            if (blocks.Count > 0)
            {
                await writer.WriteAsync(segment, cancellationToken).ConfigureAwait(false);
            }

            for (int index = blocks.NextFrom(0); index >= 0; index = blocks.NextFrom(index + 1))
            {
                using HeldBlock? block = await store.ReadBlockAsync(id, index, cancellationToken).ConfigureAwait(false);
                if (block is { Cipher: BlockCipher.None })
                {
                    await writer.WriteAsync(index, block.Data, cancellationToken).ConfigureAwait(false);
                    written += block.Data.Length;
                }
            }
        }

        return written;
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(
                RegularFile.OpenRead(path, FileOptions.Asynchronous | FileOptions.SequentialScan), FileAccess.Read, FileBuffer);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw PeerErrors.NotFound.Exception($"There is no file '{path}'.", path, exception);
        }
        catch (Exception exception) when (Directory.Exists(path) && exception is IOException or UnauthorizedAccessException)
        {
            throw PeerErrors.InvalidData.Exception($"'{path}' is a folder, and no package of Export-PeerCache.", path, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Translate(exception, path);
        }
    }

    private static async Task<bool> TryReadAsync(Func<Task<bool>> read, string path)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw StorageFailure.Translate(exception, path);
        }
    }

    private static async Task<int> ReadAsync(
        FileStream stream, long offset, Memory<byte> destination, string path, CancellationToken cancellationToken)
    {
        try
        {
            stream.Position = offset;
            return await stream.ReadAtLeastAsync(destination, destination.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw StorageFailure.Translate(exception, path);
        }
    }
}

/// <summary>A file that lists what a package holds, an id a line, so that the next one need not hold it again.</summary>
internal static class SegmentList
{
    private const int MaximumLength = 512 * 1024 * 1024;

    /// <summary>Writes a list.</summary>
    /// <exception cref="PeerException">The file exists and is not to be replaced, or cannot be written.</exception>
    public static void Write(string path, IEnumerable<SegmentId> ids, bool overwrite)
    {
        if (!overwrite && File.Exists(path))
        {
            throw PeerErrors.AlreadyExists.Exception($"'{path}' exists already; -Force overwrites it.", path);
        }

        var text = new StringBuilder();
        foreach (SegmentId id in ids)
        {
            text.Append(id.ToString()).Append('\n');
        }

        AtomicFile.Write(path, Encoding.ASCII.GetBytes(text.ToString()), isPrivate: true);
    }

    /// <summary>Reads a list.</summary>
    /// <exception cref="PeerException">There is no such file, or a line of it is no id.</exception>
    public static HashSet<SegmentId> Read(string path)
    {
        byte[] content = AtomicFile.Read(path, MaximumLength)
            ?? throw PeerErrors.NotFound.Exception($"There is no file '{path}'.", path);
        HashSet<SegmentId> ids = [];
        foreach (string line in Encoding.ASCII.GetString(content).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            ids.Add(SegmentId.TryParse(line, out SegmentId id)
                ? id
                : throw PeerErrors.InvalidData.Exception(
                    $"'{path}' is no list of segments, as Export-PeerCache -OutputReferenceFile writes it.", path));
        }

        return ids;
    }
}

/// <summary>Checks blocks, puts them into a cache, and counts.</summary>
internal sealed class CacheImport(ISegmentCache cache, Guid tag, long total, IProgress<PeerTransferProgress>? progress)
{
    private SegmentId _last;
    private int _segments;
    private long _bytes;
    private int _rejected;
    private int _failed;

    /// <summary>What has been taken in so far.</summary>
    public PeerCacheImportResult Result => new(_segments, _bytes, _rejected);

    /// <summary>What has been taken in, at the end, and from here on survives whatever happens to the process.</summary>
    /// <param name="path">The file that was read.</param>
    /// <exception cref="PeerException">Blocks could not be stored.</exception>
    public PeerCacheImportResult Complete(string path)
    {
        cache.Flush();
        return _failed == 0 ? Result : throw PeerErrors.WriteFault.Exception(
            $"{_failed} blocks from '{path}' could not be stored: they contradict what the cache has proof of, or there is no "
            + $"room; Get-PeerCache tells where the cache is and how full. {_bytes} bytes were taken in.",
            path);
    }

    /// <summary>Adds a block, if it is one and is new.</summary>
    public async Task AddAsync(
        PeerContentSegment segment, int index, ReadOnlyMemory<byte> block, long done, CancellationToken cancellationToken)
    {
        if (block.Length != segment.GetBlockLength(index)
            || !SegmentCryptography.Matches(segment.HashAlgorithm, block.Span, segment.GetBlockHash(index)))
        {
            _rejected++;
        }
        else if (!await HasAsync(segment, index, block.Length, cancellationToken).ConfigureAwait(false))
        {
            if (await cache.TryStoreAsync(segment, index, block, tag, cancellationToken).ConfigureAwait(false))
            {
                _bytes += block.Length;
                _segments += segment.Id == _last ? 0 : 1;
                _last = segment.Id;
            }
            else
            {
                _failed++;
            }
        }

        progress?.Report(new PeerTransferProgress(done, total));
    }

    private async ValueTask<bool> HasAsync(
        PeerContentSegment segment, int index, int length, CancellationToken cancellationToken)
    {
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(length);
        try
        {
            return await cache.TryReadAsync(segment, index, buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
