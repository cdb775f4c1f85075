using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Benchmarks.Pnrp;

/// <summary>A FLOOD of a route entry that eight nodes have seen.</summary>
internal sealed class FloodFigure : MessageFigure
{
    public override string Name => "FLOOD";

    protected override int Write(Span<byte> datagram) => PnrpDatagram.Write(datagram, Suite, 1, new FloodMessage
    {
        ValidateId = Id,
        RouteEntry = Entry,
        AlreadyFlooded = Endpoints,
    });

    protected override bool Read(ref WireReader reader) => FloodMessage.TryRead(ref reader, Suite, out _);
}
