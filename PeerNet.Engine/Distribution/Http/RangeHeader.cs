namespace PeerNet.Engine.Distribution.Http;

/// <summary>
/// The header Range (RFC 9110 14.2). Reading never fails: what is malformed, of another unit, or more than a client has a
/// use for is as if it were not there.
/// </summary>
internal static class RangeHeader
{
    /// <summary>Most ranges of a request. A crowd of small ones would cost more to send than the whole.</summary>
    public const int MaximumCount = 32;

    private const string Unit = "bytes=";

    /// <summary>Reads the ranges of content.</summary>
    /// <param name="header">The value.</param>
    /// <param name="length">Bytes of the content.</param>
    /// <returns>The ranges that there are, in the order asked for, those that touch joined to one (RFC 9110 15.3.7.2); none
    /// where none of them is within the content; null where everything is to be sent.</returns>
    public static IReadOnlyList<ByteRange>? Read(string? header, long length)
    {
        if (header is null || !header.StartsWith(Unit, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        List<ByteRange> ranges = [];
        int count = 0;
        ReadOnlySpan<char> set = header.AsSpan(Unit.Length);
        foreach (Range part in set.Split(','))
        {
            ReadOnlySpan<char> item = set[part].Trim(" \t");
            if (item.IsEmpty)
            {
                // An empty element of a list counts for nothing (RFC 9110 5.6.1).
                continue;
            }

            if (++count > MaximumCount || !TryRead(item, length, out ByteRange? range))
            {
                return null;
            }

            if (range is { } found)
            {
                Add(ranges, found);
            }
        }

        return count == 0 ? null : ranges;
    }

    // A sound range that has no byte of the content is null. False where everything is to be sent.
    private static bool TryRead(ReadOnlySpan<char> item, long length, out ByteRange? range)
    {
        range = null;
        int hyphen = item.IndexOf('-');
        if (hyphen < 0)
        {
            return false;
        }

        if (hyphen == 0)
        {
            bool isSuffix = TryReadNumber(item[1..], out long suffix);

            // The last bytes of nothing are there, and are everything; of other content they are a part (RFC 9110 14.1.2).
            bool isPart = suffix == 0 || length > 0;
            suffix = Math.Min(suffix, length);
            range = suffix > 0 ? new(length - suffix, suffix) : null;
            return isSuffix && isPart;
        }

        long last = long.MaxValue;
        if (!TryReadNumber(item[..hyphen], out long first)
            || (hyphen + 1 < item.Length && !TryReadNumber(item[(hyphen + 1)..], out last))
            || first > last)
        {
            return false;
        }

        range = first < length ? new(first, Math.Min(last, length - 1) - first + 1) : null;
        return true;
    }

    // Numbers beyond what a file can have count as the largest.
    private static bool TryReadNumber(ReadOnlySpan<char> digits, out long number)
    {
        number = 0;
        foreach (char digit in digits)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return false;
            }

            int value = digit - '0';
            number = number > (long.MaxValue - value) / 10 ? long.MaxValue : (number * 10) + value;
        }

        return digits.Length > 0;
    }

    private static void Add(List<ByteRange> ranges, ByteRange range)
    {
        int place = ranges.Count;
        for (int index = ranges.FindIndex(range.Touches); index >= 0; index = ranges.FindIndex(range.Touches))
        {
            range = range.Join(ranges[index]);
            place = Math.Min(place, index);
            ranges.RemoveAt(index);
        }

        ranges.Insert(place, range);
    }
}

/// <summary>Bytes of content that are sent: at least one, and none beyond its end.</summary>
/// <param name="Offset">The first byte.</param>
/// <param name="Count">How many.</param>
internal readonly record struct ByteRange(long Offset, long Count)
{
    /// <summary>The byte behind the last one.</summary>
    public long End => Offset + Count;

    /// <summary>Whether the ranges overlap, or one begins where the other ends.</summary>
    public bool Touches(ByteRange other) => Offset <= other.End && other.Offset <= End;

    /// <summary>Both, and what is between them.</summary>
    public ByteRange Join(ByteRange other)
    {
        long offset = Math.Min(Offset, other.Offset);
        return new(offset, Math.Max(End, other.End) - offset);
    }
}
