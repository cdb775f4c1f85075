using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Pnrp;

/// <summary>A name that this node has registered in one cloud, as it was when it was asked for.</summary>
public sealed record PeerNameRegistration
{
    /// <summary>The peer name.</summary>
    public required PeerName Name { get; init; }

    /// <summary>The cloud it is registered in.</summary>
    public required string Cloud { get; init; }

    /// <summary>The peer name of the identity that signs for it.</summary>
    public required string Identity { get; init; }

    /// <summary>How far the registration has come.</summary>
    public required PeerRegistrationState State { get; init; }

    /// <summary>The id it has in the cloud.</summary>
    public required PnrpId PnrpId { get; init; }

    /// <summary>Neighbours known on both sides: 0 to 10.</summary>
    public int LeafSetCount { get; init; }

    /// <summary>The application's endpoints.</summary>
    public PeerAppEndpoint[] Endpoints { get; init; } = [];

    /// <summary>The comment, or empty.</summary>
    public string Comment { get; init; } = "";

    /// <summary>The extended payload as bytes, if there is one.</summary>
    public byte[]? Data { get; init; }

    /// <summary>The extended payload as text, if it was given as text.</summary>
    public string? Text { get; init; }

    /// <summary>Whether the right to publish comes from a delegation chain.</summary>
    public bool IsDelegated { get; init; }

    /// <summary>When the registration ends by itself, or null where it lasts as long as the node.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Whether the node registers it again at its next start.</summary>
    public bool IsPersistent { get; init; }

    /// <summary>The name and its cloud.</summary>
    public override string ToString() => $"{Name} in {Cloud}";
}
