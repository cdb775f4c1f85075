using System.Net;
using PeerNet.Engine.Graphing.Protocol;

namespace PeerNet.Engine.Graphing;

/// <summary>A graph as a node sees it, at the time it was asked.</summary>
public sealed record PeerGraph
{
    /// <summary>Longest id of a graph or peer, in UTF-16 units.</summary>
    public const int MaximumId = 255;

    /// <summary>The graph's id.</summary>
    public required string Id { get; init; }

    /// <summary>The peer id of this node in the graph.</summary>
    public required string PeerId { get; init; }

    /// <summary>The name of the database of this peer in this graph.</summary>
    public required string DatabaseName { get; init; }

    /// <summary>Whether it is open; a closed one is a database alone.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Whether the node opens it whenever it starts.</summary>
    public bool IsPersistent { get; init; }

    /// <summary>What it is doing.</summary>
    public PeerGraphStatus Status { get; init; }

    /// <summary>How far this node reaches in it.</summary>
    public PeerGraphScope Scope { get; init; }

    /// <summary>The id of this node; another one each time the graph is opened.</summary>
    public ulong NodeId { get; init; }

    /// <summary>The port where other nodes connect; 0 where it does not listen.</summary>
    public int Port { get; init; }

    /// <summary>Where other nodes connect.</summary>
    public IPEndPoint[] Addresses { get; init; } = [];

    /// <summary>The signature of the graph, the lowest node id in it; null where it is not known yet.</summary>
    public ulong? Signature { get; init; }

    /// <summary>How many contacts the graph should have; null where it is not known yet.</summary>
    public PeerContactRange? ContactRange { get; init; }

    /// <summary>How many contacts it has.</summary>
    public int Contacts { get; init; }

    /// <summary>How many neighbours this node has.</summary>
    public int Neighbors { get; init; }

    /// <summary>How many records the database holds, tombstones and the graph's own included.</summary>
    public int Records { get; init; }

    /// <summary>How many records wait for their validation.</summary>
    public int DeferredRecords { get; init; }

    /// <summary>How far this node's clock is ahead of the time that the graph's nodes agree on.</summary>
    public TimeSpan PeerTimeDelta { get; init; }

    /// <summary>Whether direct connections are taken in.</summary>
    public bool AllowsDirectConnections { get; init; }

    /// <summary>The properties; null before the first synchronization.</summary>
    public PeerGraphProperties? Properties { get; init; }

    /// <summary>Counters since it was opened.</summary>
    public PeerGraphStatistics Statistics { get; init; } = new();

    /// <summary>A moment of this node's clock in peer time: hundreds of nanoseconds since 1601.</summary>
    public ulong ToPeerTime(DateTimeOffset universalTime) => PeerTime.FromUtc(universalTime, PeerTimeDelta).Ticks;

    /// <summary>The moment of this node's clock that a peer time means.</summary>
    public DateTimeOffset ToUniversalTime(ulong peerTime) => new PeerTime(peerTime).ToUtc(PeerTimeDelta);

    /// <summary>The graph's id.</summary>
    public override string ToString() => Id;
}
