namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>What an AUTHORITY_BUFFER says beside its content (MS-PNRP 2.2.2.6.1); the values are the wire's.</summary>
[Flags]
internal enum AuthorityFlags : ushort
{
    None = 0,

    /// <summary>N: the Validate PNRP ID is not registered here.</summary>
    NotFound = 0x0001,

    /// <summary>B: too busy for the LOOKUP. Taken for an answer without a route.</summary>
    Busy = 0x0008,

    /// <summary>L: the target is unknown, but would be in a leaf set here were it known.</summary>
    LeafSet = 0x0200,

    All = NotFound | Busy | LeafSet,
}
