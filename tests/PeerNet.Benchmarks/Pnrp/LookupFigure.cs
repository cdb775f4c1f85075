using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Wire;

namespace PeerNet.Benchmarks.Pnrp;

/// <summary>A LOOKUP with a best match and eight nodes on its path.</summary>
internal sealed class LookupFigure : MessageFigure
{
    public override string Name => "LOOKUP";

    protected override int Write(Span<byte> datagram) => PnrpDatagram.Write(datagram, Suite, 1, new LookupMessage
    {
        Criteria = ResolveCriteria.AnyPeerName,
        Target = Id,
        ValidateId = Id,
        BestMatch = Entry,
        Path = Endpoints,
    });

    protected override bool Read(ref WireReader reader) => LookupMessage.TryRead(ref reader, Suite, out _);
}
