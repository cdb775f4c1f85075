namespace PeerNet.Engine.Distribution.Hosting.Protocol.Messages;

/// <summary>The requests of the Hosted Cache Protocol, by their numbers on the wire (MS-PCHC 2.2.1.1, Type).</summary>
internal enum OfferMessageType : ushort
{
    /// <summary>Names a segment of version 1. Version 1.0 of the protocol only.</summary>
    InitialOffer = 1,

    /// <summary>Describes a segment of version 1, its secret included. Version 1.0 of the protocol only.</summary>
    SegmentInfo = 2,

    /// <summary>Names up to 128 segments. Version 2.0 of the protocol only.</summary>
    BatchedOffer = 3,
}
