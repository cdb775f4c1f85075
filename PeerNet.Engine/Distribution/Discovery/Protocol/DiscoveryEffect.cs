using System.Net;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Distribution.Discovery.Protocol;

/// <summary>What the machine wants done.</summary>
internal abstract record DiscoveryEffect
{
    /// <summary>Send to everybody on a link.</summary>
    internal sealed record SendToGroup(MulticastPlace Link, byte[] Message) : DiscoveryEffect;

    /// <summary>Send to one host of a link.</summary>
    internal sealed record SendTo(MulticastPlace Link, IPEndPoint Destination, byte[] Message) : DiscoveryEffect;

    /// <summary>Look what is held of the segments of a probe, for <see cref="DiscoveryMachine.Held"/>.</summary>
    internal sealed record LookUp(ReceivedProbe Probe) : DiscoveryEffect;

    /// <summary>Tell of a peer; its search may have ended.</summary>
    internal sealed record Found(int Search, FoundPeer Peer) : DiscoveryEffect;

    /// <summary>Tell that the last request timer of a search has run out.</summary>
    internal sealed record Ended(int Search) : DiscoveryEffect;
}
