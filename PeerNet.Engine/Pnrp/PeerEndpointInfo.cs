using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Pnrp;

/// <summary>A registration that a resolve found. Its CPA has passed every check of MS-PNRP 3.1.5.7.</summary>
public sealed record PeerEndpointInfo
{
    /// <summary>The name that was asked for.</summary>
    public required PeerName Name { get; init; }

    /// <summary>The cloud it was found in.</summary>
    public required string Cloud { get; init; }

    /// <summary>Which registration of the name it is.</summary>
    public required PnrpId PnrpId { get; init; }

    /// <summary>The application's endpoints.</summary>
    public PeerAppEndpoint[] Endpoints { get; init; } = [];

    /// <summary>The comment, as the peer wrote it, or empty.</summary>
    public string Comment { get; init; } = "";

    /// <summary>The extended payload's bytes (text in the encoding it came in), or null.</summary>
    public byte[]? Data { get; init; }

    /// <summary>The extended payload's text, where it is text.</summary>
    public string? Text { get; init; }

    /// <summary>Whether a key that the name itself names has signed this. Never true of an unsecured name.</summary>
    public bool IsVerified { get; init; }

    /// <summary>Whether the signer acts by delegation.</summary>
    public bool IsDelegated { get; init; }

    /// <summary>The peer-name authority of the key that signed.</summary>
    public string Signer { get; init; } = "";

    /// <summary>When the CPA that proved this expires.</summary>
    public DateTimeOffset Expires { get; init; }

    /// <summary>The nodes asked on the way, in order.</summary>
    public PeerResolveHop[] Path { get; init; } = [];

    /// <summary>How long it took from the start of the resolve.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The name.</summary>
    public override string ToString() => Name.Value;
}
