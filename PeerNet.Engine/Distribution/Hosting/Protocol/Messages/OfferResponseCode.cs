namespace PeerNet.Engine.Distribution.Hosting.Protocol.Messages;

/// <summary>What a hosted cache answers (MS-PCHC 2.2.2.2).</summary>
internal enum OfferResponseCode : byte
{
    /// <summary>It knows all it needs to fetch what it wants.</summary>
    Ok = 0,

    /// <summary>It needs a SEGMENT_INFO first. Only an INITIAL_OFFER may be answered so.</summary>
    Interested = 1,
}
