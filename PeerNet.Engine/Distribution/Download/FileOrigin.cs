using Microsoft.Win32.SafeHandles;
using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Distribution.Download;

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
