using PeerNet.Engine.Graphing;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Grouping.Protocol.Records;

/// <summary>
/// The payload of a Revocation record, which the specification does not have: a member's credential counts no more. It
/// covers the credential that it names and all others of the member that were issued until then, so that an invitation
/// in a drawer does not undo it; who is let in again gets a credential that was issued later.
/// </summary>
internal sealed record Revocation
{
    /// <summary>Longest reason, in UTF-16 units.</summary>
    public const int MaximumReason = 255;

    private const int MaximumName = 382;
    private const int MaximumReasonBytes = (MaximumReason + 1) * sizeof(char);

    /// <summary>Whose credential it is.</summary>
    public required PeerName Member { get; init; }

    /// <summary>The serial number of the credential.</summary>
    public required UInt128 SerialNumber { get; init; }

    /// <summary>From when on it does not count, in the graph's time.</summary>
    public required PeerTime Since { get; init; }

    /// <summary>Why, for people; may be empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Reads a payload. Hostile input: nothing throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Revocation revocation)
    {
        revocation = null!;
        WireReader reader = new(bytes);
        if (!GroupSecurityVersion.TryRead(ref reader)
            || !GroupText.TryRead(ref reader, MaximumName, out string? member)
            || !PeerName.TryParse(member, out PeerName? name) || !name.IsSecure
            || !reader.TryReadUInt128(out UInt128 serial)
            || !reader.TryReadUInt64(out ulong since)
            || !GroupText.TryRead(ref reader, MaximumReasonBytes, out string? reason)
            || reader.Remaining != 0)
        {
            return false;
        }

        revocation = new() { Member = name, SerialNumber = serial, Since = new PeerTime(since), Reason = reason };
        return revocation.Since.IsInCalendar;
    }

    /// <summary>The payload.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[
            GroupSecurityVersion.Length + GroupText.GetLength(Member.Value) + 16 + sizeof(ulong)
            + GroupText.GetLength(Reason)];
        WireWriter writer = new(bytes);
        GroupSecurityVersion.Write(ref writer);
        GroupText.Write(ref writer, Member.Value);
        writer.WriteUInt128(SerialNumber);
        writer.WriteUInt64(Since.Ticks);
        GroupText.Write(ref writer, Reason);
        return bytes;
    }
}
