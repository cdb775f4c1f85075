using System.Globalization;
using System.IO.Pipelines;
using System.Text;
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

/// <summary>The frame of several ranges in one answer: multipart/byteranges (RFC 9110 14.6).</summary>
/// <param name="boundary">What separates the parts; nobody can have put it into the content.</param>
/// <param name="mediaType">The media type of the content.</param>
/// <param name="length">Bytes of the whole content.</param>
/// <param name="ranges">The ranges, in order.</param>
internal sealed class MultipartRanges(string boundary, string mediaType, long length, IReadOnlyList<ByteRange> ranges)
{
    private readonly byte[] _end = Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n");
    private readonly byte[][] _heads =
    [
        .. ranges.Select((range, index) => Encoding.ASCII.GetBytes(
            $"{(index == 0 ? "" : "\r\n")}--{boundary}\r\nContent-Type: {mediaType}\r\n"
            + $"Content-Range: {FormatRange(range, length)}\r\n\r\n")),
    ];

    /// <summary>The media type of the answer.</summary>
    public string MediaType => $"multipart/byteranges; boundary={boundary}";

    /// <summary>Bytes of the whole answer.</summary>
    public long Length => _heads.Sum(head => (long)head.Length) + ranges.Sum(range => range.Count) + _end.Length;

    /// <summary>What comes behind the last range.</summary>
    public ReadOnlyMemory<byte> End => _end;

    /// <summary>What comes before a range.</summary>
    public ReadOnlyMemory<byte> GetHead(int index) => _heads[index];

    /// <summary>The value of Content-Range.</summary>
    /// <param name="range">The range.</param>
    /// <param name="length">Bytes of the whole content.</param>
    public static string FormatRange(ByteRange range, long length) =>
        string.Create(CultureInfo.InvariantCulture, $"bytes {range.Offset}-{range.End - 1}/{length}");
}
