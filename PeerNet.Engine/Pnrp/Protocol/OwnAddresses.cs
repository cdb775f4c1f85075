using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>
/// Where this node is. Addresses never say who somebody is: any number of machines have the same <c>172.17.0.1</c> or
/// <c>10.0.2.15</c> beside an address of their own, and all nodes prefer the same port. Who this node is, its ids say; an
/// address that it has as well is only no way to another node.
/// </summary>
internal sealed class OwnAddresses
{
    private readonly PnrpEndpoint[] _published;
    private readonly PnrpEndpoint[] _unpublished;
    private readonly Bits128[] _others;
    private readonly Bits128[] _all;

    /// <param name="published">Where others are told to find this node, best first; all at one port.</param>
    /// <param name="unpublished">Where it listens besides.</param>
    /// <param name="others">Further addresses of this machine, on which this node does not listen.</param>
    public OwnAddresses(
        ReadOnlySpan<PnrpEndpoint> published,
        ReadOnlySpan<PnrpEndpoint> unpublished = default,
        ReadOnlySpan<Bits128> others = default)
    {
        _published = published.ToArray();
        _unpublished = unpublished.ToArray();
        _others = others.ToArray();
        _all = [.. _published.Concat(_unpublished).Select(endpoint => endpoint.Address), .. _others];
    }

    /// <summary>Where others are told to find this node, best first.</summary>
    public ReadOnlySpan<PnrpEndpoint> Published => _published;

    public bool IsEmpty => _published.Length == 0;

    /// <summary>The same, with what one node may publish (MS-PNRP 3.1.4.1): some addresses at one port.</summary>
    public OwnAddresses Limit()
    {
        List<PnrpEndpoint> taken = [];
        foreach (PnrpEndpoint endpoint in _published)
        {
            if (taken.Count < PnrpLimits.MaximumLocalEndpoints
                && (taken.Count == 0 || endpoint.Port == taken[0].Port)
                && !taken.Contains(endpoint))
            {
                taken.Add(endpoint);
            }
        }

        return new([.. taken], _unpublished, _others);
    }

    public bool HasSame(OwnAddresses other) =>
        _published.AsSpan().SequenceEqual(other._published)
        && _unpublished.AsSpan().SequenceEqual(other._unpublished)
        && _others.AsSpan().SequenceEqual(other._others);

    /// <summary>Whether this node itself listens there.</summary>
    public bool Contains(PnrpEndpoint endpoint) =>
        _published.AsSpan().Contains(endpoint) || _unpublished.AsSpan().Contains(endpoint);

    /// <summary>What somebody who sends from there counts as, seen from here.</summary>
    public AddressBlock BlockOf(PnrpEndpoint source) => AddressBlock.Of(source.Address, source.Port, _all);

    /// <summary>Whether nobody but this node can be reached by a route entry: all that it names is this node's.</summary>
    public bool LeadsHere(RouteEntry entry)
    {
        for (int i = 0; i < entry.AddressCount; i++)
        {
            if (!Contains(entry.GetEndpoint(i)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the node of a route entry is on this machine: all its addresses are this machine's.</summary>
    public bool IsOfThisMachine(RouteEntry entry)
    {
        for (int i = 0; i < entry.AddressCount; i++)
        {
            if (!IsOfThisMachine(entry[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The endpoint of another node that is best reached from here: an address that this machine does not have
    /// itself, and the nearest of those. Another process of this machine has none of that kind; it has another port, or
    /// listens where this node does not.</summary>
    public PnrpEndpoint Choose(RouteEntry entry)
    {
        bool isNeighbour = IsOfThisMachine(entry);
        int best = 0;
        int bestRank = int.MinValue;
        for (int i = 0; i < entry.AddressCount; i++)
        {
            bool isNoWay = isNeighbour ? Contains(entry.GetEndpoint(i)) : IsOfThisMachine(entry[i]);
            int rank = isNoWay ? int.MinValue : Rank(entry[i]);
            if (rank > bestRank)
            {
                best = i;
                bestRank = rank;
            }
        }

        return entry.GetEndpoint(best);
    }

    /// <summary>What this node calls itself towards another: the published endpoint nearest to it, so that it is not one
    /// which the other has as well.</summary>
    public PnrpEndpoint NameTowards(PnrpEndpoint other)
    {
        PnrpEndpoint best = _published[0];
        int bestRank = int.MinValue;
        foreach (PnrpEndpoint endpoint in _published)
        {
            int rank = endpoint.Address == other.Address ? int.MinValue : PnrpAddresses.Likeness(endpoint.Address, other.Address);
            if (rank > bestRank)
            {
                best = endpoint;
                bestRank = rank;
            }
        }

        return best;
    }

    /// <summary>The endpoints of a list that can tell nodes apart here: not those that are this node's too.</summary>
    /// <param name="list">Nodes that have been asked or flooded, each by one of its endpoints.</param>
    /// <param name="scratch">Room for the result, which borrows it.</param>
    public PnrpEndpointList WithoutOwn(scoped PnrpEndpointList list, Span<byte> scratch)
    {
        Span<PnrpEndpoint> kept = stackalloc PnrpEndpoint[PnrpEndpointList.MaximumCount];
        int count = 0;
        for (int i = 0; i < Math.Min(list.Count, kept.Length); i++)
        {
            if (!Contains(list[i]))
            {
                kept[count++] = list[i];
            }
        }

        return PnrpEndpointList.From(kept[..count], scratch);
    }

    private bool IsOfThisMachine(Bits128 address)
    {
        foreach (PnrpEndpoint endpoint in _published)
        {
            if (endpoint.Address == address)
            {
                return true;
            }
        }

        foreach (PnrpEndpoint endpoint in _unpublished)
        {
            if (endpoint.Address == address)
            {
                return true;
            }
        }

        return _others.AsSpan().Contains(address);
    }

    private int Rank(Bits128 address)
    {
        int rank = -1;
        foreach (PnrpEndpoint endpoint in _published)
        {
            rank = Math.Max(rank, PnrpAddresses.Likeness(endpoint.Address, address));
        }

        foreach (PnrpEndpoint endpoint in _unpublished)
        {
            rank = Math.Max(rank, PnrpAddresses.Likeness(endpoint.Address, address));
        }

        return rank;
    }
}
