using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Payloads;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Where others connect to this node, and who is told: MS-PPGRH 3.1.4.8, 3.1.7.23.</summary>
internal sealed class OwnEndpoints(GraphCore core, GraphLinks links, InternalRecords records, GraphMaintenance maintenance)
{
    /// <summary>Others connect at these addresses from now on, and nowhere else.</summary>
    /// <exception cref="PeerException">GraphNotReady: the database was never synchronized (MS-PPGRH 1.3.2).</exception>
    public void Set(ReadOnlySpan<GraphEndpoint> addresses)
    {
        if (!core.IsReady && !addresses.IsEmpty)
        {
            throw PeerErrors.GraphNotReady.Exception(
                $"The graph '{core.Settings.GraphId}' has never been synchronized, so nobody can connect to it here yet.",
                core.Settings.GraphId);
        }

        GraphEndpoint[] taken = Take(addresses);
        if (!taken.AsSpan().SequenceEqual(core.Endpoints))
        {
            core.Endpoints = taken;
            TellNeighbors();
            records.Announce();
            maintenance.Begin();
        }
    }

    private static GraphEndpoint[] Take(ReadOnlySpan<GraphEndpoint> addresses)
    {
        List<GraphEndpoint> taken = [];
        foreach (GraphEndpoint address in addresses)
        {
            if (address.IsUsable && !taken.Contains(address) && taken.Count < PeerAddresses.MaximumCount)
            {
                taken.Add(address);
            }
        }

        return [.. taken];
    }

    private void TellNeighbors()
    {
        if (core.Endpoints.Length == 0)
        {
            return;
        }

        ReadOnlyMemory<byte> update = GraphMessage.Encode(new ConnectMessage
        {
            IsUpdate = true,
            NodeId = core.NodeId,
            Endpoints = core.Endpoints,
            FriendlyName = core.Settings.FriendlyName,
        });
        foreach (GraphLink neighbor in core.Neighbors)
        {
            links.Send(neighbor, update);
        }
    }
}
