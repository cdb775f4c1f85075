using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace PeerNet.Engine.Distribution.Http;

/// <summary>Sends bytes of a file as the body of an answer whose head is made.</summary>
internal static class ContentBody
{
    private const int ChunkLength = 128 * 1024;

    /// <summary>Sends ranges; several of them within a frame. A file that changes meanwhile must not look whole: the
    /// connection ends before the length is reached.</summary>
    public static async Task SendAsync(
        HttpContext context, ServedFile file, IReadOnlyList<ByteRange> ranges, MultipartRanges? frame)
    {
        CancellationToken cancellationToken = context.RequestAborted;

        // Started first, so that the file is read into the connection's buffer and not into one to be copied there.
        await context.Response.StartAsync(cancellationToken).ConfigureAwait(false);
        PipeWriter writer = context.Response.BodyWriter;
        for (int index = 0; index < ranges.Count; index++)
        {
            if (frame is not null)
            {
                await writer.WriteAsync(frame.GetHead(index), cancellationToken).ConfigureAwait(false);
            }

            if (!await TrySendAsync(writer, file, ranges[index], cancellationToken).ConfigureAwait(false))
            {
                context.Abort();
                return;
            }
        }

        if (frame is not null)
        {
            await writer.WriteAsync(frame.End, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async ValueTask<bool> TrySendAsync(
        PipeWriter writer, ServedFile file, ByteRange range, CancellationToken cancellationToken)
    {
        for (long offset = range.Offset; offset < range.End;)
        {
            int wanted = (int)Math.Min(ChunkLength, range.End - offset);
            if (!TryRead(file, writer.GetMemory(wanted).Span[..wanted], offset, out int read))
            {
                return false;
            }

            offset += read;
            if (offset == range.End && !file.IsUnchanged())
            {
                return false;
            }

            writer.Advance(read);
            await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private static bool TryRead(ServedFile file, Span<byte> room, long offset, out int read)
    {
        try
        {
            read = RandomAccess.Read(file.Handle, room, offset);
            return read > 0;
        }
        catch (IOException)
        {
            // The disk does not give it; to the client that is a connection that broke.
            read = 0;
            return false;
        }
    }
}
