using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Download.Protocol;
using PeerNet.Engine.Distribution.Http;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>
/// Downloads content that comes without information: it is as good as its server, and nothing of it is cached until
/// information has come. Where the server breaks off it is asked for the rest, if a strong validator tells that the rest is
/// of the same content; what has come is kept for the next download.
/// </summary>
/// <param name="servers">Asks the server for the rest.</param>
/// <param name="files">Where the content is written to, until all of it is there.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Names what is not whole yet and cannot be gone on with.</param>
internal sealed class PlainDownload(
    ContentServerClient servers, PartialFiles files, TimeProvider time, IRandomSource random)
{
    private const int CopyLength = 256 * 1024;

    private long _received;

    // How much there is to be, where that is known.
    private long? _length;

    /// <summary>Writes the content into <see cref="PeerReceiveRequest.Path"/>; a file appears only when it is whole.</summary>
    /// <param name="answer">The server's answer; it stays the caller's.</param>
    /// <param name="request">What was asked for, and where to.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PeerException">The target exists, the disk is full, the server breaks off, the content ends early, or
    /// the time is over.</exception>
    public async Task<PeerContentReceipt> RunAsync(
        ContentServerAnswer answer,
        PeerReceiveRequest request,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        PartialFile.CheckTarget(request.Path, request.Overwrite);
        using PlainPartial file = PlainPartial.Open(files, request, answer.EntityTag, random);
        await FillInTimeAsync(file, answer, request, progress, cancellationToken).ConfigureAwait(false);
        file.Commit();
        return new()
        {
            Path = request.Path,
            Length = file.Position,
            BytesFromSource = _received,
            Verified = false,
            Duration = time.GetElapsedTime(began),
        };
    }

    private static bool IsPassing(PeerException failure) =>
        failure.Error.Kind is PeerErrorKind.Connection or PeerErrorKind.Timeout;

    private static string Leave(PlainPartial file) => file.TryKeep()
        ? "What has come is kept; repeat the download to go on."
        : "Nothing was kept.";

    private string DescribeProgress(PlainPartial file) =>
        _length is { } length ? $"{file.Position} of {length} bytes" : $"{file.Position} bytes";

    private async Task FillInTimeAsync(
        PlainPartial file,
        ContentServerAnswer answer,
        PeerReceiveRequest request,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = request.Timeout is { } limit ? new(limit, time) : new();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await FillAsync(file, answer, request, progress, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw PeerErrors.Timeout.Exception(
                $"'{request.Uri}' was not complete after {request.Timeout}. {Leave(file)}", request.Uri, exception);
        }
        catch (PeerException exception) when (IsPassing(exception))
        {
            throw exception.Error.Exception(
                $"{exception.Message} {DescribeProgress(file)} had come. {Leave(file)}", request.Uri, exception);
        }
        catch (Exception exception) when (exception is OperationCanceledException or PeerException)
        {
            Leave(file);
            throw;
        }
    }

    private async Task FillAsync(
        PlainPartial file,
        ContentServerAnswer first,
        PeerReceiveRequest request,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        _length = request.Length ?? (first.IsRange ? first.Length : first.Length - request.Offset);
        ContentServerAnswer? rest = null;
        try
        {
            for (int attempt = 1; file.Position == 0 || file.Position != _length; attempt++)
            {
                try
                {
                    // What an earlier download has kept need not come again.
                    ContentServerAnswer current = attempt == 1 && file.Position == 0
                        ? first
                        : rest = await AskForRestAsync(file, request, cancellationToken).ConfigureAwait(false);
                    await CopyAsync(current, file, request, progress, cancellationToken).ConfigureAwait(false);
                    return;
                }
                catch (PeerException failure) when (
                    IsPassing(failure) && file.EntityTag is not null && attempt < DownloadLimits.SourceAttempts)
                {
                    rest?.Dispose();
                    await Task.Delay(DownloadLimits.SourceDelay * attempt, time, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            rest?.Dispose();
        }
    }

    private Task<ContentServerAnswer> AskForRestAsync(
        PlainPartial file, PeerReceiveRequest request, CancellationToken cancellationToken) =>
        servers.GetRestAsync(
            request.Uri!, file.EntityTag!, request.Offset + file.Position, request.Length - file.Position, cancellationToken);

    private async Task CopyAsync(
        ContentServerAnswer answer,
        PlainPartial file,
        PeerReceiveRequest request,
        IProgress<PeerTransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (!answer.IsRange)
        {
            file.Expect(answer.EntityTag);
        }

        // Who sends no ranges sends what came before, too.
        long skip = answer.IsRange ? 0 : request.Offset + file.Position;
        _length = request.Length ?? (file.Position + answer.Length - skip);
        byte[] buffer = new byte[CopyLength];
        Stream source = await answer.OpenAsync(cancellationToken).ConfigureAwait(false);
        int read;
        while ((_length is null || file.Position < _length)
            && (read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            int skipped = (int)Math.Min(skip, read);
            skip -= skipped;
            int kept = (int)Math.Min(read - skipped, (_length ?? long.MaxValue) - file.Position);
            file.Append(buffer.AsSpan(skipped, kept));
            _received += kept;
            progress?.Report(new(file.Position, _length ?? -1, FromSource: _received));
        }

        if (file.Position < _length)
        {
            file.Discard();
            throw PeerErrors.MissingData.Exception(
                $"'{request.Uri}' ended after {file.Position} of {_length} bytes; nothing was kept.", request.Uri);
        }
    }
}
