using PeerNet.Engine.Security;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>Cuts an AUTHORITY_BUFFER into AUTHORITY datagrams, which all have the same header (MS-PNRP 3.2.5.10).</summary>
/// <param name="suite">The node's suite.</param>
/// <param name="messageId">The message id of all datagrams.</param>
/// <param name="ackedMessageId">The message id of the INQUIRE or LOOKUP that is answered.</param>
/// <param name="buffer">The buffer: at most <see cref="AuthorityBuffer.MaximumLength"/> bytes.</param>
internal readonly ref struct AuthorityFragments(
    SuiteAlgorithms suite, uint messageId, uint ackedMessageId, ReadOnlySpan<byte> buffer)
{
    private readonly ReadOnlySpan<byte> _buffer = buffer;

    /// <summary>How many datagrams there are.</summary>
    public int Count => CountOf(_buffer.Length);

    /// <summary>Bytes of all datagrams of a buffer.</summary>
    public static int LengthOf(int buffer) =>
        buffer + (CountOf(buffer) * (PnrpHeader.Length + AuthorityMessage.HeadLength));

    /// <summary>Writes one of them.</summary>
    /// <param name="index">Which: 0 to <see cref="Count"/> − 1.</param>
    /// <param name="datagram">Room for <see cref="PnrpDatagram.MaximumLength"/> bytes.</param>
    /// <returns>The datagram's length.</returns>
    public int Write(int index, Span<byte> datagram)
    {
        int offset = index * AuthorityMessage.FragmentLength;
        var fragment = new AuthorityMessage
        {
            AckedMessageId = ackedMessageId,
            Size = _buffer.Length,
            Offset = offset,
            Buffer = _buffer.Slice(offset, Math.Min(AuthorityMessage.FragmentLength, _buffer.Length - offset)),
        };
        return PnrpDatagram.Write(datagram, suite, messageId, fragment);
    }

    private static int CountOf(int buffer) =>
        (buffer + AuthorityMessage.FragmentLength - 1) / AuthorityMessage.FragmentLength;
}
