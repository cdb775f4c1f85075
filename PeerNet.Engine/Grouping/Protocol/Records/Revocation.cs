using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Grouping.Protocol.Records;

/// <summary>
/// The payload of a Revocation record, which the specification does not have: a member's credential counts no more, nor
/// does what was issued with it, unless it is named here.
/// </summary>
/// <remarks>
/// <para>It covers the credential that it names and all others of the member that begin at <see cref="Since"/> or before, so
/// that an invitation in a drawer does not undo it. Who is let in again needs a credential that begins later: whoever issues
/// it must not date it back, as is usual for clocks that are slow.</para>
/// <para>A member who has been revoked still has the key, and can date back what it issues now. So the time says nothing of
/// what it has issued; <see cref="Kept"/> says what was known then, and stays. It also names the member's next credential
/// where this one is only taken back for another role.</para>
/// <para>It brings its issuer's credential, as a Membership record does: it has to be heard also by those who come when its
/// issuer is long gone, and before the memberships are there.</para>
/// </remarks>
internal sealed record Revocation
{
    /// <summary>Longest reason, in UTF-16 units.</summary>
    public const int MaximumReason = 255;

    /// <summary>Most fingerprints in <see cref="Kept"/>.</summary>
    public const int MaximumKept = 16_384;

    private const int MaximumName = 382;
    private const int MaximumReasonBytes = (MaximumReason + 1) * sizeof(char);

    private readonly Bits128[] _kept = [];

    /// <summary>Whose credential it is.</summary>
    public required PeerName Member { get; init; }

    /// <summary>The serial number of the credential.</summary>
    public required Bits128 SerialNumber { get; init; }

    /// <summary>From when on it does not count, in the graph's time.</summary>
    public required PeerTime Since { get; init; }

    /// <summary>Why, for people; may be empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The fingerprints of the certificates and revocations that the member had issued and that stay good; in
    /// order, and each once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more than <see cref="MaximumKept"/>.</exception>
    public IReadOnlyList<Bits128> Kept
    {
        get => _kept;
        init
        {
            _kept = [.. value.Distinct().Order()];
            ArgumentOutOfRangeException.ThrowIfGreaterThan(_kept.Length, MaximumKept);
        }
    }

    /// <summary>The credential of who revokes; null where it is known from a Membership record alone.</summary>
    public MembershipChain? Issuer { get; init; }

    /// <summary>Reads a payload. Hostile input: nothing throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Revocation revocation)
    {
        revocation = null!;
        WireReader reader = new(bytes);
        if (!GroupSecurityVersion.TryRead(ref reader)
            || !GroupText.TryRead(ref reader, MaximumName, out string? member)
            || !PeerName.TryParse(member, out PeerName? name) || !name.IsSecure
            || !reader.TryReadBits128(out Bits128 serial)
            || !reader.TryReadUInt64(out ulong since)
            || !GroupText.TryRead(ref reader, MaximumReasonBytes, out string? reason)
            || !TryReadKept(ref reader, out Bits128[] kept)
            || !TryReadIssuer(ref reader, out MembershipChain? issuer)
            || reader.Remaining != 0)
        {
            return false;
        }

        revocation = new()
        {
            Member = name,
            SerialNumber = serial,
            Since = new PeerTime(since),
            Reason = reason,
            Kept = kept,
            Issuer = issuer,
        };
        return revocation.Since.IsInCalendar;
    }

    /// <summary>Whether something that the member had issued stays good.</summary>
    public bool Keeps(Bits128 fingerprint) => Array.BinarySearch(_kept, fingerprint) >= 0;

    /// <summary>The payload.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[
            GroupSecurityVersion.Length + GroupText.GetLength(Member.Value) + Fingerprint.Length + sizeof(ulong)
            + GroupText.GetLength(Reason) + sizeof(uint) + (_kept.Length * Fingerprint.Length) + sizeof(uint) + EncodedIssuer.Length];
        WireWriter writer = new(bytes);
        GroupSecurityVersion.Write(ref writer);
        GroupText.Write(ref writer, Member.Value);
        writer.WriteBits128(SerialNumber);
        writer.WriteUInt64(Since.Ticks);
        GroupText.Write(ref writer, Reason);
        writer.WriteUInt32((uint)_kept.Length);
        foreach (Bits128 fingerprint in _kept)
        {
            writer.WriteBits128(fingerprint);
        }

        writer.WriteUInt32((uint)EncodedIssuer.Length);
        writer.WriteBytes(EncodedIssuer);
        return bytes;
    }

    /// <inheritdoc/>
    public bool Equals(Revocation? other) =>
        other is not null
        && (Member, SerialNumber, Since, Reason) == (other.Member, other.SerialNumber, other.Since, other.Reason)
        && _kept.AsSpan().SequenceEqual(other._kept)
        && EncodedIssuer.SequenceEqual(other.EncodedIssuer);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Member, SerialNumber, Since, Reason, _kept.Length);

    private ReadOnlySpan<byte> EncodedIssuer => Issuer is null ? [] : Issuer.Encoded.Span;

    private static bool TryReadIssuer(ref WireReader reader, out MembershipChain? issuer)
    {
        issuer = null;
        return reader.TryReadUInt32(out uint length)
            && length == (uint)reader.Remaining
            && reader.TryReadBytes((int)length, out ReadOnlySpan<byte> bytes)
            && (length == 0 || MembershipChain.TryRead(bytes, out issuer));
    }

    private static bool TryReadKept(ref WireReader reader, out Bits128[] kept)
    {
        kept = [];
        if (!reader.TryReadUInt32(out uint count)
            || count > MaximumKept
            || (long)count * Fingerprint.Length > reader.Remaining)
        {
            return false;
        }

        kept = new Bits128[count];
        for (int i = 0; i < kept.Length; i++)
        {
            if (!reader.TryReadBits128(out kept[i]) || (i > 0 && kept[i].CompareTo(kept[i - 1]) <= 0))
            {
                return false;
            }
        }

        return true;
    }
}
