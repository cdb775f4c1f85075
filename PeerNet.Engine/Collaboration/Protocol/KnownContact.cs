using System.Net;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>What the machine has to know of a contact.</summary>
internal sealed record KnownContact
{
    /// <summary>The person's peer name.</summary>
    public required PeerName Name { get; init; }

    /// <summary>The person's key (SubjectPublicKeyInfo), which is pinned.</summary>
    public required byte[] Key { get; init; }

    /// <summary>What the user calls the person; empty for nothing.</summary>
    public string Nickname { get; init; } = "";

    /// <summary>Whether the person's presence is watched.</summary>
    public bool IsWatched { get; init; }

    /// <summary>Whether the person sees nothing.</summary>
    public bool IsBlocked { get; init; }

    /// <summary>Where the person was reached last.</summary>
    public IReadOnlyList<IPEndPoint> Addresses { get; init; } = [];
}
