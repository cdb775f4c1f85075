namespace PeerNet.Engine.Distribution.Discovery.Protocol.Messages;

/// <summary>What a peer says it has of a segment, in version 2.0: the two bits of MS-PCCRD 2.2.3.3.</summary>
internal enum SegmentAvailability
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Some blocks.</summary>
    Partial = 2,

    /// <summary>All blocks.</summary>
    Complete = 3,
}
