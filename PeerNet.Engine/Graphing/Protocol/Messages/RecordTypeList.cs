using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Graphing.Protocol.Messages;

/// <summary>The record types of a SOLICIT message: those that are meant, or those that are not (MS-PPGRH 2.2.2.6).</summary>
/// <param name="Types">The types: up to 255.</param>
/// <param name="IsExclusion">Whether they are those left out.</param>
internal readonly record struct RecordTypeList(IReadOnlyList<Guid> Types, bool IsExclusion)
{
    /// <summary>Most types of one message.</summary>
    public const int MaximumCount = byte.MaxValue;

    /// <summary>All types.</summary>
    public static readonly RecordTypeList All = new([], false);

    /// <summary>Bytes of the array.</summary>
    public int WireLength => Types.Count * GraphMessage.GuidLength;

    /// <summary>What Inclusion Count says.</summary>
    public byte InclusionCount => IsExclusion ? (byte)0 : (byte)Types.Count;

    /// <summary>What Exclusion Count says.</summary>
    public byte ExclusionCount => IsExclusion ? (byte)Types.Count : (byte)0;

    /// <summary>Reads an array whose place has been checked.</summary>
    public static RecordTypeList Read(ReadOnlySpan<byte> bytes, int offset, byte inclusions, byte exclusions)
    {
        int count = inclusions + exclusions;
        if (count == 0)
        {
            return All;
        }

        var types = new Guid[count];
        for (int i = 0; i < count; i++)
        {
            types[i] = GraphMessage.ReadGuid(bytes[(offset + (i * GraphMessage.GuidLength))..]);
        }

        return new(types, exclusions > 0);
    }

    public void Write(ref WireWriter writer)
    {
        for (int i = 0; i < Types.Count; i++)
        {
            GraphMessage.WriteGuid(ref writer, Types[i]);
        }
    }
}
