using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>Tells a node of a route entry, or that a registration is withdrawn (MS-PNRP 2.2.2.4).</summary>
internal readonly ref struct FloodMessage : IPnrpMessage<FloodMessage>
{
    /// <summary>Flags (16 bits), Reserved2; the padding byte belongs to the field too, which is 7 bytes by its length.</summary>
    private const int ControlsLength = 3;

    private const ushort DoNotAcknowledgeFlag = 0x0001;

    public static PnrpMessageType MessageType => PnrpMessageType.Flood;

    /// <summary>The D flag: the sender wants no ACK.</summary>
    public bool DoNotAcknowledge { get; init; }

    /// <summary>A PNRP ID of the destination, or zero.</summary>
    public PnrpId ValidateId { get; init; }

    /// <summary>An Encoded CPA with the R flag, or empty. Not read yet: <see cref="CertifiedPeerAddress"/>.</summary>
    public ReadOnlySpan<byte> RevokeCpa { get; init; }

    public RouteEntry? RouteEntry { get; init; }

    /// <summary>Nodes that have seen the flood: 0 to <see cref="PnrpEndpointList.MaximumCount"/>.</summary>
    public PnrpEndpointList AlreadyFlooded { get; init; }

    public int WireLength =>
        PnrpWire.PaddedFieldLength(ControlsLength)
        + PnrpWire.FieldHeadLength + PnrpId.WireLength
        + PnrpWire.OptionalLength(RevokeCpa)
        + PnrpWire.OptionalRouteEntryLength(RouteEntry)
        + PnrpWire.ArrayFieldLength(AlreadyFlooded.Elements.Length);

    public static bool TryRead(scoped ref WireReader reader, SuiteAlgorithms suite, out FloodMessage message)
    {
        message = default;
        if (!reader.TryReadField(PnrpField.FloodControls, ControlsLength)
            || !reader.TryReadUInt16(out ushort flags)
            || !reader.TrySkip(2)
            || !reader.TryReadIdField(PnrpField.ValidatePnrpId, out PnrpId validateId)
            || !reader.TryReadOptional(PnrpField.RevokeCpa, out ReadOnlySpan<byte> revokeCpa)
            || !reader.TryReadOptionalRouteEntry(suite, out RouteEntry? entry)
            || !reader.TryReadEndpoints(minimum: 0, out PnrpEndpointList flooded)
            || reader.Remaining != 0)
        {
            return false;
        }

        message = new FloodMessage
        {
            DoNotAcknowledge = (flags & DoNotAcknowledgeFlag) != 0,
            ValidateId = validateId,
            RevokeCpa = revokeCpa,
            RouteEntry = entry,
            AlreadyFlooded = flooded,
        };
        return true;
    }

    public void Write(ref WireWriter writer, SuiteAlgorithms suite)
    {
        writer.WriteField(PnrpField.FloodControls, ControlsLength);
        writer.WriteUInt16(DoNotAcknowledge ? DoNotAcknowledgeFlag : (ushort)0);
        writer.WriteZeros(2);
        writer.WriteIdField(PnrpField.ValidatePnrpId, ValidateId);
        writer.WriteOptional(PnrpField.RevokeCpa, RevokeCpa);
        writer.WriteOptionalRouteEntry(suite, RouteEntry);
        writer.WriteEndpoints(AlreadyFlooded);
    }
}
