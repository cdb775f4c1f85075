using System.Net;

namespace PeerNet.Engine.Graphing.Providers;

/// <summary>A connection that is to be secured, as AUTH_INFO told (MS-PPGRH 2.2.2.1).</summary>
/// <param name="GraphId">The graph's id.</param>
/// <param name="LocalPeerId">This node's peer id.</param>
/// <param name="RemotePeerId">The peer id that the other side claims, or that is dialled; null where it is not known.</param>
/// <param name="IsInitiator">Whether this node opened the connection.</param>
/// <param name="IsDirect">Whether it is a direct connection.</param>
public sealed record GraphConnectionContext(
    string GraphId, string LocalPeerId, string? RemotePeerId, bool IsInitiator, bool IsDirect)
{
    /// <summary>The address of the other side; null where it is not known.</summary>
    public IPAddress? RemoteAddress { get; init; }
}
