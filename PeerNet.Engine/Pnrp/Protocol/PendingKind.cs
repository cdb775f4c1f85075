namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>What an answer to a pending message is for.</summary>
internal enum PendingKind
{
    /// <summary>A SOLICIT; the owner is a <see cref="Solicitation"/>.</summary>
    Solicit,

    /// <summary>A REQUEST.</summary>
    Request,

    /// <summary>A FLOOD with the D flag clear; the id is its Validate PNRP ID.</summary>
    Flood,

    /// <summary>A FLOOD that shows, by its ACK, that who has asked much receives what it is sent.</summary>
    Greeting,

    /// <summary>A LOOKUP of a resolve, which is the owner.</summary>
    Lookup,

    /// <summary>The INQUIRE that ends a resolve, which is the owner.</summary>
    Proof,

    /// <summary>The INQUIRE that a new route entry has to pass; the owner is a <see cref="PendingRoute"/>.</summary>
    Route,

    /// <summary>An INQUIRE that asks a known node for a sign of life.</summary>
    Liveness,
}
