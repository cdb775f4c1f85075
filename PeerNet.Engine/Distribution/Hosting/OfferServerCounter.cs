namespace PeerNet.Engine.Distribution.Hosting;

/// <summary>What a hosted cache counts of the requests of its clients.</summary>
internal enum OfferServerCounter
{
    /// <summary>Requests that came in, sound or not.</summary>
    Requests,

    /// <summary>Requests that are no message, or of another version than their URL.</summary>
    Malformed,

    /// <summary>INITIAL_OFFERs.</summary>
    InitialOffers,

    /// <summary>Of those, the ones that were answered with INTERESTED.</summary>
    Interested,

    /// <summary>SEGMENT_INFOs.</summary>
    SegmentInfos,

    /// <summary>BATCHED_OFFERs.</summary>
    BatchedOffers,

    /// <summary>Segments that these messages offered.</summary>
    Segments,

    /// <summary>Of those, the ones that were described as they cannot be.</summary>
    Unusable,

    /// <summary>Requests that took too long.</summary>
    TimedOut,
}
