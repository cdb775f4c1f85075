using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>Downloads content that comes without information: it is as good as its server, and nothing of it is cached until
/// information has come.</summary>
/// <param name="time">The clock.</param>
/// <param name="random">Names what is not whole yet, so that nobody can put a link there first.</param>
internal sealed class PlainDownload(TimeProvider time, IRandomSource random)
{
    private const int CopyLength = 256 * 1024;

    /// <summary>Writes the content into <see cref="PeerReceiveRequest.Path"/>; a file appears only when it is whole.</summary>
    /// <param name="source">The content.</param>
    /// <param name="skip">Bytes of it that come before those wanted, from a server that sends no ranges.</param>
    /// <param name="length">Bytes wanted; null for all that come.</param>
    /// <param name="request">Where to.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Gives up; nothing is left.</param>
    /// <exception cref="PeerException">The target exists, the disk is full, or the content ends early.</exception>
    public async Task<PeerContentReceipt> RunAsync(
        Stream source,
        long skip,
        long? length,
        PeerReceiveRequest request,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        PartialFile.CheckTarget(request.Path, request.Overwrite);
        string temporary = NameTemporary(request.Path);
        try
        {
            long written = await CopyAsync(source, skip, length, temporary, progress, cancellationToken).ConfigureAwait(false);
            if (length is not null && written < length)
            {
                throw PeerErrors.MissingData.Exception(
                    $"'{request.Uri}' ended after {written} of {length} bytes; nothing was kept.", request.Uri);
            }

            File.Move(temporary, request.Path, request.Overwrite);
            return new()
            {
                Path = request.Path,
                Length = written,
                BytesFromSource = written,
                Verified = false,
                Duration = time.GetElapsedTime(began),
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Storage.StorageFailure.Translate(exception, request.Path);
        }
        catch (HttpRequestException exception)
        {
            throw PeerErrors.ConnectionFailed.Exception(
                $"'{request.Uri}' broke off: {exception.Message}", request.Uri, exception);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private string NameTemporary(string path)
    {
        Span<byte> name = stackalloc byte[8];
        random.Fill(name);
        return $"{path}.{Convert.ToHexStringLower(name)}.partial";
    }

    private static async Task<long> CopyAsync(
        Stream source,
        long skip,
        long? length,
        string path,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        await using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] buffer = new byte[CopyLength];
        long written = 0;
        int read;
        while ((length is null || written < length)
            && (read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            int skipped = (int)Math.Min(skip, read);
            skip -= skipped;
            int kept = (int)Math.Min(read - skipped, (length ?? long.MaxValue) - written);
            await file.WriteAsync(buffer.AsMemory(skipped, kept), cancellationToken).ConfigureAwait(false);
            written += kept;
            progress?.Report(new(written, length ?? -1, FromSource: written));
        }

        return written;
    }
}
