using System.Globalization;
using System.Text;

namespace PeerNet.Engine.Distribution.Http;

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
