using System.Net;

namespace PeerNet.Engine.Identity;

/// <summary>Another node acts as an identity of this one: it has a copy of its key, or takes its peer id. That is so where a
/// state folder was copied with its machine, and may be meant where an identity was imported elsewhere.</summary>
public sealed record PeerIdentityElsewhere
{
    /// <summary>The peer name of the identity, or the peer id in the graph.</summary>
    public required string Identity { get; init; }

    /// <summary>The registered name, or the graph, in which the other node was found.</summary>
    public required string Source { get; init; }

    /// <summary>Where the other node is.</summary>
    public IPEndPoint[] Endpoints { get; init; } = [];

    /// <summary>What was found, and what to do where it is not meant.</summary>
    public override string ToString() =>
        $"Another node, at {string.Join<IPEndPoint>(", ", Endpoints)}, uses the identity '{Identity}' of this one in '{Source}'. Where a machine "
        + "or a state folder was copied, let the copy have identities of its own: stop its node, remove its state folder, and "
        + "start it again (about_PeerNet_Service, 'Machines that move, and clones').";
}
