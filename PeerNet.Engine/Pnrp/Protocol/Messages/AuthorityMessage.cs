using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>One fragment of an <see cref="AuthorityBuffer"/> (MS-PNRP 2.2.2.6).</summary>
internal readonly ref struct AuthorityMessage : IPnrpMessage<AuthorityMessage>
{
    /// <summary>Bytes of the message before its part of the buffer.</summary>
    public const int HeadLength = 16;

    /// <summary>Bytes of every fragment but the last, which may be shorter (MS-PNRP 3.2.5.10).</summary>
    public const int FragmentLength = 1188;

    public static PnrpMessageType MessageType => PnrpMessageType.Authority;

    /// <summary>The message id of the INQUIRE or LOOKUP.</summary>
    public uint AckedMessageId { get; init; }

    /// <summary>Bytes of the whole buffer: at most <see cref="AuthorityBuffer.MaximumLength"/>.</summary>
    public int Size { get; init; }

    /// <summary>Where this part belongs: a multiple of <see cref="FragmentLength"/>.</summary>
    public int Offset { get; init; }

    /// <summary>This part: 1 to <see cref="FragmentLength"/> bytes.</summary>
    public ReadOnlySpan<byte> Buffer { get; init; }

    /// <summary>Whether this is all there is, so that there is nothing to reassemble.</summary>
    public bool IsWhole => Offset == 0 && Buffer.Length == Size;

    /// <summary>
    /// Whether the part reaches past the end that it states. The reader lets that through: it has to end a reassembly
    /// that is under way (MS-PNRP 3.1.5.6).
    /// </summary>
    public bool Overruns => Offset + Buffer.Length > Size;

    public int WireLength => HeadLength + Buffer.Length;

    /// <inheritdoc/>
    /// <remarks>
    /// Rejects fragments that no conforming sender makes: longer than <see cref="FragmentLength"/>, empty, or shorter
    /// than that without being the last. So each byte of a buffer arrives in one fragment only.
    /// </remarks>
    public static bool TryRead(scoped ref WireReader reader, SuiteAlgorithms suite, out AuthorityMessage message)
    {
        message = default;
        if (!reader.TryReadAcked(out uint acked)
            || !reader.TryReadField(PnrpField.SplitControls, sizeof(uint))
            || !reader.TryReadUInt16(out ushort size)
            || !reader.TryReadUInt16(out ushort offset)
            || size > AuthorityBuffer.MaximumLength
            || offset % FragmentLength != 0
            || reader.Remaining is 0 or > FragmentLength
            || (reader.Remaining < FragmentLength && offset + reader.Remaining < size)
            || !reader.TryReadBytes(reader.Remaining, out ReadOnlySpan<byte> buffer))
        {
            return false;
        }

        message = new AuthorityMessage { AckedMessageId = acked, Size = size, Offset = offset, Buffer = buffer };
        return true;
    }

    public void Write(ref WireWriter writer, SuiteAlgorithms suite)
    {
        writer.WriteAcked(AckedMessageId);
        writer.WriteField(PnrpField.SplitControls, sizeof(uint));
        writer.WriteUInt16((ushort)Size);
        writer.WriteUInt16((ushort)Offset);
        writer.WriteBytes(Buffer);
    }
}
