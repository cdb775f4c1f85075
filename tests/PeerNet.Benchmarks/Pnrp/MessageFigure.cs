using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Benchmarks.Pnrp;

/// <summary>
/// Reads and writes one message. The limit in time is a copy of the datagram; in allocation the route entry that a cache
/// may keep, and nothing for writing.
/// </summary>
internal abstract class MessageFigure : IFigure
{
    protected static readonly SuiteAlgorithms Suite = SuiteAlgorithms.Modern;

    protected static readonly PnrpId Id = new(new UInt128(0x0011223344556677, 0x8899AABBCCDDEEFF), UInt128.One);

    protected static readonly RouteEntry Entry = new(Id, 3540, [UInt128.One, UInt128.MaxValue]);

    private readonly byte[] _endpoints = new byte[8 * PnrpEndpoint.WireLength];
    private readonly byte[] _datagram = new byte[PnrpDatagram.MaximumLength];
    private readonly byte[] _copy = new byte[PnrpDatagram.MaximumLength];

    public abstract string Name { get; }

    /// <summary>Eight endpoints, as halfway through a long search.</summary>
    protected PnrpEndpointList Endpoints
    {
        get
        {
            Span<PnrpEndpoint> endpoints = stackalloc PnrpEndpoint[8];
            endpoints.Fill(new PnrpEndpoint(UInt128.MaxValue, 3540));
            return PnrpEndpointList.From(endpoints, _endpoints);
        }
    }

    public IAsyncEnumerable<FigureRow> MeasureAsync() => Measure().ToAsyncEnumerable();

    /// <summary>Writes the datagram.</summary>
    protected abstract int Write(Span<byte> datagram);

    /// <summary>Reads the message behind the header.</summary>
    protected abstract bool Read(ref WireReader reader);

    private IEnumerable<FigureRow> Measure()
    {
        int length = Write(_datagram);
        Measurement copy = Measurement.Of(() => _datagram.AsSpan(0, length).CopyTo(_copy));
        Measurement entry = Measurement.Of(
            () => GC.KeepAlive(new RouteEntry(Id, 3540, [UInt128.One, UInt128.MaxValue])));

        Measurement parse = Measurement.Of(() => Parse(length));
        yield return new FigureRow($"{Name} parse ({length} bytes)", parse.Nanoseconds, "ns", copy.Nanoseconds);
        yield return new FigureRow($"{Name} parse", parse.Bytes, "B", entry.Bytes);

        Measurement write = Measurement.Of(() => Write(_copy));
        yield return new FigureRow($"{Name} write ({length} bytes)", write.Nanoseconds, "ns", copy.Nanoseconds);
        yield return new FigureRow($"{Name} write", write.Bytes, "B", 0);
    }

    private void Parse(int length)
    {
        var reader = new WireReader(_datagram.AsSpan(0, length));
        if (PnrpHeader.TryRead(ref reader, Suite, out _) != PnrpHeaderStatus.Ok || !Read(ref reader))
        {
            throw new InvalidOperationException($"{Name}: cannot read what was written.");
        }
    }
}
