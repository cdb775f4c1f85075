using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Connections;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Graphing;

/// <summary>What all graphs of a node share.</summary>
internal sealed record GraphContext(
    GraphOptions Options,
    ConnectionLimits Limits,
    TimeProvider Time,
    IRandomSource Random,
    IStreamTransport Transport,
    INetworkInterfaces Interfaces,
    IPeerLocator Locator,
    IGraphObserver Observer,
    ILogger Logger)
{
    /// <summary>Places for the connections of others.</summary>
    public required ConnectionPlaces Places { get; init; }

    /// <summary>Room for the large messages of all connections.</summary>
    public AssemblyBudget Assembly { get; } = new(AssemblyBudget.DefaultBytes, Time);
}
