using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;

/// <summary>Extensible blob version 1: the ages of segments (MS-PCCRR 2.2.6.1; MS-PCCRD 2.2.3 carries it too).</summary>
/// <param name="Ages">The ages: at most 255.</param>
internal sealed record SegmentAges(IReadOnlyList<SegmentAge> Ages)
{
    /// <summary>Most ages of a blob.</summary>
    public const int MaximumCount = byte.MaxValue;

    private const ushort Version = 1;
    private const int HeadLength = 4;
    private const int AgeLength = 4;
    private const uint LongestAge = 0xFF_FFFF;

    /// <summary>Hundredths of a second, which senders should use (2.2.6.1).</summary>
    private const byte DefaultUnit = 3;

    // Seconds, tenths, hundredths, milliseconds.
    private static readonly long[] TicksPerUnit =
    [
        TimeSpan.TicksPerSecond, TimeSpan.TicksPerSecond / 10, TimeSpan.TicksPerSecond / 100, TimeSpan.TicksPerMillisecond,
    ];

    /// <summary>Bytes of the blob.</summary>
    public int WireLength => HeadLength + (Ages.Count * AgeLength);

    /// <summary>Reads a blob. What follows the ages in it is ignored, as later additions.</summary>
    public static bool TryRead(ReadOnlySpan<byte> blob, out SegmentAges? ages)
    {
        // The checks are in the order that 2.2.6.1.1 demands.
        ages = null;
        var reader = new WireReader(blob);
        if (!reader.TryReadUInt16(out ushort version)
            || version != Version
            || !reader.TryReadByte(out byte unit)
            || !reader.TryReadByte(out byte count)
            || unit == 0 || unit > TicksPerUnit.Length
            || reader.Remaining < count * AgeLength)
        {
            return false;
        }

        var read = new SegmentAge[count];
        for (int i = 0; i < count; i++)
        {
            read[i] = ReadAge(ref reader, TicksPerUnit[unit - 1]);
        }

        ages = new SegmentAges(read);
        return true;
    }

    /// <summary>Writes the blob, in hundredths of a second unless the oldest age (from 46 hours) needs a coarser unit.</summary>
    public void Write(ref WireWriter writer)
    {
        byte unit = ChooseUnit();
        writer.WriteUInt16(Version);
        writer.WriteByte(unit);
        writer.WriteByte((byte)Ages.Count);
        foreach (SegmentAge age in Ages)
        {
            long value = Math.Clamp(age.Age.Ticks / TicksPerUnit[unit - 1], 0, LongestAge);
            writer.WriteByte(age.SegmentIndex);
            writer.WriteByte((byte)value);
            writer.WriteByte((byte)(value >> 8));
            writer.WriteByte((byte)(value >> 16));
        }
    }

    /// <summary>Reads the blob of a message with its size. An invalid blob is discarded, the message stays (2.2.6).</summary>
    internal static bool TryReadField(scoped ref WireReader reader, out SegmentAges? ages)
    {
        ages = null;
        if (!reader.TryReadUInt32(out uint size)
            || size > (uint)reader.Remaining
            || !reader.TryReadBytes((int)size, out ReadOnlySpan<byte> blob))
        {
            return false;
        }

        TryRead(blob, out ages);
        return true;
    }

    /// <summary>Writes the blob of a message with its size.</summary>
    internal static void WriteField(ref WireWriter writer, SegmentAges? ages)
    {
        writer.WriteUInt32((uint)(ages?.WireLength ?? 0));
        ages?.Write(ref writer);
    }

    private static SegmentAge ReadAge(scoped ref WireReader reader, long ticksPerUnit)
    {
        reader.TryReadByte(out byte index);
        reader.TryReadByte(out byte low);
        reader.TryReadByte(out byte middle);
        reader.TryReadByte(out byte high);
        return new SegmentAge(index, new TimeSpan((low + (middle << 8) + (high << 16)) * ticksPerUnit));
    }

    private byte ChooseUnit()
    {
        long oldest = Ages.Count == 0 ? 0 : Ages.Max(age => age.Age.Ticks);
        byte unit = DefaultUnit;
        while (unit > 1 && oldest / TicksPerUnit[unit - 1] > LongestAge)
        {
            unit--;
        }

        return unit;
    }
}

/// <summary>How long ago a segment came into a cache (MS-PCCRR 2.2.1.5).</summary>
/// <param name="SegmentIndex">Which segment, counted from the first of the message.</param>
/// <param name="Age">Its age.</param>
internal readonly record struct SegmentAge(byte SegmentIndex, TimeSpan Age);
