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
