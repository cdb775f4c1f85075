using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>Asks a node for a list of PNRP IDs (MS-PNRP 2.2.2.1).</summary>
/// <remarks>
/// The specification does not say what a message without SOLICIT_CONTROLS asks for; it is read as
/// <see cref="SolicitType.Any"/>. The writer always says it.
/// </remarks>
internal readonly ref struct SolicitMessage : IPnrpMessage<SolicitMessage>
{
    private const int ControlsLength = 2;

    public static PnrpMessageType MessageType => PnrpMessageType.Solicit;

    public SolicitType Type { get; init; }

    /// <summary>An entry for one of the sender's own ids, if it has any.</summary>
    public RouteEntry? RouteEntry { get; init; }

    /// <summary>The hash of the conversation's nonce: <see cref="SuiteAlgorithms.HashLength"/> bytes.</summary>
    public required ReadOnlySpan<byte> HashedNonce { get; init; }

    public int WireLength =>
        PnrpWire.PaddedFieldLength(ControlsLength)
        + PnrpWire.OptionalRouteEntryLength(RouteEntry)
        + PnrpWire.FieldHeadLength + SuiteAlgorithms.HashLength;

    public static bool TryRead(scoped ref WireReader reader, SuiteAlgorithms suite, out SolicitMessage message)
    {
        message = default;
        if (!TryReadControls(ref reader, out SolicitType type)
            || !reader.TryReadOptionalRouteEntry(suite, out RouteEntry? entry)
            || !reader.TryReadField(PnrpField.HashedNonce, SuiteAlgorithms.HashLength)
            || !reader.TryReadBytes(SuiteAlgorithms.HashLength, out ReadOnlySpan<byte> hashedNonce)
            || reader.Remaining != 0)
        {
            return false;
        }

        message = new SolicitMessage { Type = type, RouteEntry = entry, HashedNonce = hashedNonce };
        return true;
    }

    public void Write(ref WireWriter writer, SuiteAlgorithms suite)
    {
        writer.WriteField(PnrpField.SolicitControls, ControlsLength);
        writer.WriteByte(0);
        writer.WriteByte((byte)Type);
        writer.Align(PnrpWire.Alignment);
        writer.WriteOptionalRouteEntry(suite, RouteEntry);
        writer.WriteField(PnrpField.HashedNonce, SuiteAlgorithms.HashLength);
        writer.WriteBytes(HashedNonce);
    }

    private static bool TryReadControls(scoped ref WireReader reader, out SolicitType type)
    {
        type = SolicitType.Any;
        if (!reader.TryReadOptional(PnrpField.SolicitControls, out ReadOnlySpan<byte> controls))
        {
            return false;
        }

        if (controls.Length == ControlsLength)
        {
            type = (SolicitType)controls[1];
        }

        return (controls.Length is 0 or ControlsLength) && (type is SolicitType.Any or SolicitType.Local);
    }
}
