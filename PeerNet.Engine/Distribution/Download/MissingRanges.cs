using System.Globalization;
using PeerNet.Engine.Distribution.Download.Protocol;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>Says which bytes of the content are missing.</summary>
internal static class MissingRanges
{
    private const int MostNamed = 8;

    /// <summary>The missing ranges of the content, as first and last byte, neighbours joined.</summary>
    public static List<(long First, long Last)> Find(ContentLayout layout, BlockMap done)
    {
        List<(long First, long Last)> ranges = [];
        int end;
        for (int number = done.NextUnmarked(0); number < done.Length; number = done.NextUnmarked(end))
        {
            end = done.NextMarked(number);
            end = end < 0 ? done.Length : end;
            (int firstIndex, int firstBlock) = layout.Locate(number);
            (int lastIndex, int lastBlock) = layout.Locate(end - 1);
            (long from, _, _) = layout.GetFilePart(firstIndex, firstBlock);
            (long to, _, int length) = layout.GetFilePart(lastIndex, lastBlock);
            ranges.Add((layout.Start + from, layout.Start + to + length - 1));
        }

        return ranges;
    }

    /// <summary>The ranges in words; where there are many, the first ones.</summary>
    public static string Describe(IReadOnlyList<(long First, long Last)> ranges)
    {
        string named = string.Join(", ", ranges.Take(MostNamed).Select(
            range => string.Create(CultureInfo.InvariantCulture, $"{range.First}-{range.Last}")));
        long bytes = ranges.Sum(range => range.Last - range.First + 1);
        string more = ranges.Count > MostNamed
            ? string.Create(CultureInfo.InvariantCulture, $" and {ranges.Count - MostNamed} more ranges")
            : "";
        return string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes are missing: bytes {named}{more}");
    }
}
