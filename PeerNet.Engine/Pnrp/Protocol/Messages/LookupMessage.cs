using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>Asks a node for a route entry nearer to a PNRP ID (MS-PNRP 2.2.2.8).</summary>
internal readonly ref struct LookupMessage : IPnrpMessage<LookupMessage>
{
    private const int ControlsLength = 8;
    private const ushort AcceptAnyFlag = 0x0002;

    public static PnrpMessageType MessageType => PnrpMessageType.Lookup;

    /// <summary>The A flag: nodes that are not nearer to the target than <see cref="ValidateId"/> are welcome too.</summary>
    public bool AcceptAny { get; init; }

    /// <summary>Bits to match, with <see cref="ResolveCriteria.UpperBits"/> only: 0 to 256.</summary>
    public ushort Precision { get; init; }

    public ResolveCriteria Criteria { get; init; }

    public ResolveReason Reason { get; init; }

    public PnrpId Target { get; init; }

    /// <summary>The PNRP ID by which the destination is known, or zero.</summary>
    public PnrpId ValidateId { get; init; }

    /// <summary>The best match so far.</summary>
    public RouteEntry? BestMatch { get; init; }

    /// <summary>Nodes that have seen the lookup: 1 to <see cref="PnrpEndpointList.MaximumCount"/>.</summary>
    public PnrpEndpointList Path { get; init; }

    public int WireLength =>
        PnrpWire.FieldHeadLength + ControlsLength
        + (2 * (PnrpWire.FieldHeadLength + PnrpId.WireLength))
        + PnrpWire.OptionalRouteEntryLength(BestMatch)
        + PnrpWire.ArrayFieldLength(Path.Elements.Length);

    public static bool TryRead(scoped ref WireReader reader, SuiteAlgorithms suite, out LookupMessage message)
    {
        message = default;
        if (!reader.TryReadField(PnrpField.LookupControls, ControlsLength)
            || !reader.TryReadUInt16(out ushort flags)
            || !reader.TryReadUInt16(out ushort precision)
            || !reader.TryReadByte(out byte criteria)
            || !reader.TryReadByte(out byte reason)
            || !reader.TrySkip(2)
            || !IsValid((ResolveCriteria)criteria, precision)
            || !reader.TryReadIdField(PnrpField.TargetPnrpId, out PnrpId target)
            || !reader.TryReadIdField(PnrpField.ValidatePnrpId, out PnrpId validateId)
            || !reader.TryReadOptionalRouteEntry(suite, out RouteEntry? bestMatch)
            || !reader.TryReadEndpoints(minimum: 1, out PnrpEndpointList path)
            || reader.Remaining != 0)
        {
            return false;
        }

        message = new LookupMessage
        {
            AcceptAny = (flags & AcceptAnyFlag) != 0,
            Precision = precision,
            Criteria = (ResolveCriteria)criteria,
            Reason = (ResolveReason)reason,
            Target = target,
            ValidateId = validateId,
            BestMatch = bestMatch,
            Path = path,
        };
        return true;
    }

    public void Write(ref WireWriter writer, SuiteAlgorithms suite)
    {
        writer.WriteField(PnrpField.LookupControls, ControlsLength);
        writer.WriteUInt16(AcceptAny ? AcceptAnyFlag : (ushort)0);
        writer.WriteUInt16(Precision);
        writer.WriteByte((byte)Criteria);
        writer.WriteByte((byte)Reason);
        writer.WriteZeros(2);
        writer.WriteIdField(PnrpField.TargetPnrpId, Target);
        writer.WriteIdField(PnrpField.ValidatePnrpId, ValidateId);
        writer.WriteOptionalRouteEntry(suite, BestMatch);
        writer.WriteEndpoints(Path);
    }

    private static bool IsValid(ResolveCriteria criteria, ushort precision) => criteria switch
    {
        ResolveCriteria.None
            or ResolveCriteria.AnyPeerName
            or ResolveCriteria.NearestPeerName
            or ResolveCriteria.Nearest64PeerName => true,
        ResolveCriteria.UpperBits => precision <= 8 * PnrpId.WireLength,
        _ => false,
    };
}
