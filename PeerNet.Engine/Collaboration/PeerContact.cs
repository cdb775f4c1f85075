using System.Security.Cryptography.X509Certificates;

namespace PeerNet.Engine.Collaboration;

/// <summary>A person whose certificate the user has stored, as it was when it was asked for.</summary>
public sealed record PeerContact
{
    /// <summary>The person's peer name.</summary>
    public required string PeerName { get; init; }

    /// <summary>What the user calls the person.</summary>
    public string Nickname { get; init; } = "";

    /// <summary>What the person wants to be called.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>The person's mail address.</summary>
    public string EmailAddress { get; init; } = "";

    /// <summary>Whether the person's presence is watched.</summary>
    public bool Watch { get; init; }

    /// <summary>Whether the person sees what is shown to contacts.</summary>
    public PeerWatchPermission WatchPermission { get; init; } = PeerWatchPermission.Allowed;

    /// <summary>The SHA-256 fingerprint of the person's key.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The person's certificate.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>Whether it is this node's own identity.</summary>
    public bool IsMe { get; init; }

    /// <summary>When it was added; null where it is not stored here.</summary>
    public DateTimeOffset? Added { get; init; }

    /// <summary>The contact document, by which others add the person. It holds no secret.</summary>
    public string Xml { get; init; } = "";

    /// <summary>The peer name.</summary>
    public override string ToString() => PeerName;
}
