using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;

namespace PeerNet.Engine.Graphing.Running;

/// <summary>What the parts that run an open graph share. Owns the link that the graph is on.</summary>
internal sealed class OpenGraph(
    GraphSettings settings, GraphContext context, GraphMachine machine, MachineLoop<GraphEffect> loop)
{
    private long _zone;

    /// <summary>The graph's id.</summary>
    public string Id => settings.GraphId;

    /// <summary>The peer id of the node's user in it.</summary>
    public string PeerId => settings.PeerId;

    /// <summary>What the node's graphs share.</summary>
    public GraphContext Context => context;

    /// <summary>The graph's machine, which belongs to the loop.</summary>
    public GraphMachine Machine => machine;

    /// <summary>Runs the machine.</summary>
    public MachineLoop<GraphEffect> Loop => loop;

    /// <summary>The link that link-local endpoints are on; the wire does not say. For any thread.</summary>
    public long Zone
    {
        get => Interlocked.Read(ref _zone);
        set => Interlocked.Exchange(ref _zone, value);
    }

    /// <summary>An endpoint as people write it.</summary>
    public IPEndPoint Show(GraphEndpoint endpoint)
    {
        IPEndPoint plain = endpoint.ToIPEndPoint(Zone);
        return plain.Address.IsIPv4MappedToIPv6 ? new(plain.Address.MapToIPv4(), plain.Port) : plain;
    }

    /// <summary>What callers of a graph are told that is closed.</summary>
    public PeerException NotOpen() => NotOpen(Id);

    /// <inheritdoc cref="NotOpen()"/>
    public static PeerException NotOpen(string graphId) =>
        PeerErrors.InvalidGraph.Exception($"The graph '{graphId}' is not open.", graphId);
}
