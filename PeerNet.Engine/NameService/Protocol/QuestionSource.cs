using PeerNet.Engine.Core;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.NameService.Protocol;

/// <summary>Where a question comes from, and its answer goes.</summary>
/// <param name="Address">Who asks.</param>
/// <param name="Stream">The number of the connection that it came through; 0 for a datagram.</param>
internal readonly record struct QuestionSource(DatagramAddress Address, int Stream)
{
    /// <summary>Whether the other side has shown, by the connection, that it receives.</summary>
    public bool IsStream => Stream != 0;

    /// <summary>Whether a program of this machine asks. Nobody else can: systems drop such datagrams from outside.</summary>
    public bool IsLoopback => Address.IsIPv4 ? (byte)(Address.Address.Lower >> 24) == 127 : Address.Address == new Bits128(0, 1);

    /// <summary>What counts as one source.</summary>
    public AddressBlock Block => AddressBlock.Of(Address.Address, 0, []);

    /// <summary>The address alone, for what has shown that it receives there.</summary>
    public AddressBlock Whole => AddressBlock.OfSocket(Address.Address, 0);
}
