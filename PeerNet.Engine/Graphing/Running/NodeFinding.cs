using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Graphing.Running;

/// <summary>Finds nodes again, for the day when this one has lost all its neighbours. Owns where they were, and the name under
/// which others have registered.</summary>
/// <param name="graph">The graph.</param>
/// <param name="rendezvous">Where nodes of the graph register; null where nobody knows.</param>
/// <param name="leaving">Cancelled when the graph is left.</param>
internal sealed class NodeFinding(OpenGraph graph, PeerRendezvous? rendezvous, CancellationToken leaving)
{
    private const int MaximumKnown = 16;

    private static readonly TimeSpan FindTime = TimeSpan.FromSeconds(20);

    private readonly List<IPEndPoint> _known = [];
    private PeerRendezvous? _rendezvous = rendezvous;
    private bool _isFinding;

    /// <summary>Remembers where nodes of the graph register; nothing where it is null.</summary>
    public void Know(PeerRendezvous? place) => _rendezvous = place ?? _rendezvous;

    /// <summary>Remembers where a node is, and which link it is on.</summary>
    public GraphEndpoint Know(IPEndPoint endpoint)
    {
        lock (_known)
        {
            if (!_known.Contains(endpoint) && _known.Count < MaximumKnown)
            {
                _known.Add(endpoint);
            }
        }

        if (endpoint.Address.IsIPv6LinkLocal && endpoint.Address.ScopeId != 0)
        {
            graph.Zone = endpoint.Address.ScopeId;
        }

        return GraphEndpoint.From(endpoint);
    }

    /// <summary>Looks for another node, unless it does already. For the loop alone.</summary>
    public void Find()
    {
        if (!_isFinding && (_rendezvous is not null || _known.Count > 0))
        {
            _isFinding = true;
            _ = FindAsync();
        }
    }

    /// <summary>Looks where nodes were before, and who has the graph's name now.</summary>
    private async Task FindAsync()
    {
        try
        {
            IPEndPoint[] known;
            lock (_known)
            {
                known = [.. _known];
            }

            foreach (IPEndPoint endpoint in known)
            {
                Repair(endpoint);
            }

            if (_rendezvous is { } place)
            {
                await foreach (IPEndPoint endpoint in
                    graph.Context.Locator.FindAsync(place, FindTime, leaving).ConfigureAwait(false))
                {
                    Repair(endpoint);
                }
            }
        }
        catch (Exception exception) when (exception is PeerException or OperationCanceledException)
        {
            GraphLog.NobodyFound(graph.Context.Logger, graph.Id, exception.Message);
        }
        finally
        {
            graph.Loop.Post(_ => _isFinding = false);
        }
    }

    private void Repair(IPEndPoint endpoint) => graph.Loop.Post(now =>
    {
        if (graph.Machine.IsOpen)
        {
            graph.Machine.Repair(now, GraphEndpoint.From(endpoint));
        }
    });
}
