namespace PeerNet.Engine.Distribution.Hosting.Protocol;

/// <summary>What a client of hosted caches counts.</summary>
internal enum OfferClientCounter
{
    /// <summary>Segments that are, or were, to be offered.</summary>
    Segments,

    /// <summary>Segments of which too little was new.</summary>
    TooLittleNew,

    /// <summary>Segments that the version of the protocol cannot name.</summary>
    WrongVersion,

    /// <summary>Segments that were not offered: too many waited, or for too long, or no hosted cache took them.</summary>
    Dropped,

    /// <summary>Requests sent.</summary>
    Requests,

    /// <summary>Segments that a hosted cache has taken note of.</summary>
    Taken,

    /// <summary>Offers that a hosted cache wanted to know more about.</summary>
    Interested,

    /// <summary>Requests that failed, or were answered as they cannot be.</summary>
    Failed,

    /// <summary>Requests without an answer in time.</summary>
    Expired,

    /// <summary>Answers that came when their requests had expired.</summary>
    Late,
}
