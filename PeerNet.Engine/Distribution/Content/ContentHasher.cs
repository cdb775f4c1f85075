using Microsoft.Win32.SafeHandles;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Content;

/// <summary>
/// Hashes content for content information: reads it once, from its start to its end, and hashes it on all processors with
/// a few megabytes of memory, however long it is.
/// </summary>
internal static class ContentHasher
{
    /// <summary>Hashes a file.</summary>
    /// <exception cref="PeerException">The file cannot be read, or changes meanwhile.</exception>
    public static Task<HashedContent> HashFileAsync(
        string path, HashRequest request, CancellationToken cancellationToken) =>
        Task.Run(() => HashOpenFileAsync(path, request, cancellationToken), cancellationToken);

    /// <summary>Hashes a stream of any length, from where it is to its end. It stays the caller's.</summary>
    /// <exception cref="PeerException">The stream cannot be read.</exception>
    public static Task<HashedContent> HashStreamAsync(
        Stream stream, HashRequest request, CancellationToken cancellationToken) =>
        Task.Run(
            async () =>
            {
                using HashRun run = new(request, length: -1, (_, room, token) => stream.ReadAsync(room, token));
                try
                {
                    return await run.RunAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    throw PeerErrors.MissingData.Exception(
                        $"The stream of '{request.Name}' cannot be read: {exception.Message}", request.Name, exception);
                }
            },
            cancellationToken);

    private static async Task<HashedContent> HashOpenFileAsync(
        string path, HashRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using SafeFileHandle handle = RegularFile.OpenRead(path, FileOptions.SequentialScan);
            FileStamp stamp = FileStamp.Read(handle);
            using HashRun run = new(
                request,
                stamp.Length,
                (offset, room, _) => ValueTask.FromResult(RandomAccess.Read(handle, room.Span, offset)));
            HashedContent content = await run.RunAsync(cancellationToken).ConfigureAwait(false);

            // What is at the path now must be what was read: neither written to nor put in another's place.
            return content.Length == stamp.Length && FileStamp.TryRead(path) == stamp
                ? content with { Stamp = stamp, RealPath = RealPath.Find(handle, path) }
                : throw PeerErrors.ContentInvalidated.Exception(
                    $"The file '{path}' changed while it was hashed; try again when nobody writes to it.", path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw PeerErrors.NotFound.Exception($"There is no file '{path}'.", path, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StorageFailure.Translate(exception, path);
        }
    }
}

/// <summary>What is to be made of content while it is read once.</summary>
internal sealed record HashRequest
{
    /// <summary>The versions; at least one.</summary>
    public required IReadOnlyCollection<PeerContentVersion> Versions { get; init; }

    /// <summary>The hash algorithm of version 1.</summary>
    public PeerContentHash V1Algorithm { get; init; } = PeerContentHash.Sha256;

    /// <summary>Takes the content, in each version; null for nobody. Version 1 then keeps a segment of 32 MiB in memory.</summary>
    public IContentSink? Sink { get; init; }

    /// <summary>What the segments of <see cref="Sink"/> get their keys from; needed with it.</summary>
    public ServerSecret? Secret { get; init; }

    /// <summary>What messages call the content.</summary>
    public required string Name { get; init; }

    /// <summary>Told how far it is.</summary>
    public IProgress<PeerTransferProgress>? Progress { get; init; }
}

/// <summary>What reading content came to.</summary>
/// <param name="Length">Its bytes.</param>
/// <param name="Hashes">One for each version that was asked for.</param>
/// <param name="Stamp">What the file was like before and after; null for a stream.</param>
/// <param name="RealPath">Where it was, whatever links led there; null for a stream, or where that cannot be said.</param>
internal sealed record HashedContent(
    long Length, IReadOnlyList<ContentHashes> Hashes, FileStamp? Stamp = null, string? RealPath = null);

/// <summary>Takes content while it is hashed: a cache, or a folder for a package. It is disposed of when all of the content
/// has been handed over, or something has failed.</summary>
internal interface IContentSink : IAsyncDisposable
{
    /// <summary>Takes a block. The blocks of a segment come in order, and its segments too.</summary>
    /// <param name="segment">The segment, with its keys.</param>
    /// <param name="index">The block.</param>
    /// <param name="data">Its bytes; valid until the task ends.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask StoreAsync(
        PeerContentSegment segment, int index, ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>All of the content has been handed over, and is about to be acknowledged: it must survive whatever happens to
    /// the process from here on.</summary>
    /// <exception cref="Core.PeerException">The disk is full or broken.</exception>
    ValueTask CompleteAsync();
}
