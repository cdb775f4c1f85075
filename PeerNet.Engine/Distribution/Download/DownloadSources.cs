using Microsoft.Win32.SafeHandles;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Discovery;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>Whom downloads ask, in this order: the cache, hosted caches, peers. The source belongs to each download.</summary>
internal sealed record DownloadSources
{
    /// <summary>Asks hosted caches and peers.</summary>
    public required IRetrievalClient Client { get; init; }

    /// <summary>The local cache; null for none.</summary>
    public ISegmentCache? Cache { get; init; }

    /// <summary>The base addresses of hosted caches.</summary>
    public IReadOnlyList<Uri> HostedCaches { get; init; } = [];

    /// <summary>Finds peers; null where they are not asked.</summary>
    public IPeerFinder? Finder { get; init; }

    /// <summary>The round trip to a source below which what came from it is not kept for peers; zero keeps all.</summary>
    public TimeSpan MinimumLatency { get; init; }
}

/// <summary>The local cache, as a download uses it.</summary>
internal interface ISegmentCache
{
    /// <summary>Reads a block if it is held and has the hash it must have.</summary>
    ValueTask<bool> TryReadAsync(
        PeerContentSegment segment, int index, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>Keeps a block that the caller has verified. A full or broken disk costs the cache, never the download:
    /// it is reported as false.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="index">The block.</param>
    /// <param name="data">Its bytes.</param>
    /// <param name="tag">What the caller wants to find it by later; empty for nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<bool> TryStoreAsync(
        PeerContentSegment segment, int index, ReadOnlyMemory<byte> data, Guid tag, CancellationToken cancellationToken);

    /// <summary>Lets everything stored so far survive a kill, or a power failure.</summary>
    /// <exception cref="Core.PeerException">The disk is full or broken.</exception>
    void Flush();
}

/// <summary>Where content comes from when no peer has it: the content server, or a file (PeerDistClientAddData).</summary>
internal interface IContentOrigin
{
    /// <summary>The shortest time from a request to the first byte of its answer; null where it is not measured.</summary>
    TimeSpan? RoundTrip => null;

    /// <summary>Reads a range of the content into <paramref name="destination"/>, whole.</summary>
    /// <exception cref="Core.PeerException">The origin cannot be reached, or does not have the range.</exception>
    Task ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken);
}

/// <summary>A file or share that has the plain content, from its first byte on.</summary>
internal sealed class FileOrigin : IContentOrigin, IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle _handle;

    /// <param name="path">The file.</param>
    /// <exception cref="PeerException">There is none, or it cannot be read.</exception>
    public FileOrigin(string path)
    {
        _path = path;
        try
        {
            _handle = RegularFile.OpenRead(path, FileOptions.Asynchronous);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw PeerErrors.NotFound.Exception($"The source '{path}' does not exist.", path, exception);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IrregularFileException)
        {
            throw StorageFailure.Translate(exception, path);
        }
        catch (IOException exception)
        {
            throw Unreadable(exception);
        }
    }

    public async Task ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            int read = 0;
            while (read < destination.Length)
            {
                int count = await RandomAccess.ReadAsync(_handle, destination[read..], offset + read, cancellationToken)
                    .ConfigureAwait(false);
                read += count > 0 ? count : throw PeerErrors.ContentInvalidated.Exception(
                    $"The source '{_path}' ends before byte {offset + destination.Length}; it is not the content, or has "
                    + "changed.",
                    _path);
            }
        }
        catch (IOException exception)
        {
            throw Unreadable(exception);
        }
    }

    public void Dispose() => _handle.Dispose();

    private PeerException Unreadable(IOException exception) => PeerErrors.ReadFault.Exception(
        $"The source '{_path}' cannot be read: {exception.Message}", _path, exception);
}
