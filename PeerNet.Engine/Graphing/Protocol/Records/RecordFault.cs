namespace PeerNet.Engine.Graphing.Protocol.Records;

/// <summary>Why a received record is discarded: one for each rule of MS-PPGRH 3.1.7.27.</summary>
internal enum RecordFault
{
    /// <summary>It is sound.</summary>
    None,

    /// <summary>It has less than 90 bytes, which is what a record without any content takes.</summary>
    TooShort,

    /// <summary>A field goes beyond the end, the attributes are no string, or bytes are left over.</summary>
    Malformed,

    /// <summary>The creator's id is no string of 1 to 255 units.</summary>
    CreatorIdLength,

    /// <summary>The modifier's id is neither absent nor a string of 1 to 255 units.</summary>
    ModifierIdLength,

    /// <summary>The graph's id is no string of 1 to 255 units.</summary>
    GraphIdLength,

    /// <summary>The security data is longer than PeerNet takes; the specification has no limit.</summary>
    SecurityDataLength,

    /// <summary>The protocol version is not 1.0.</summary>
    ProtocolVersion,

    /// <summary>The id does not come from the creator's id, or is not the fixed one of its type.</summary>
    RecordId,

    /// <summary>It expires no later than it was changed.</summary>
    ExpirationTime,

    /// <summary>It was changed before it was made.</summary>
    ModificationTime,

    /// <summary>It belongs to another graph.</summary>
    GraphId,

    /// <summary>It is a tombstone with a payload.</summary>
    DeletedPayload,

    /// <summary>Payload and attributes are larger than the graph allows.</summary>
    RecordSize,

    /// <summary>It was never changed, and yet has a modifier.</summary>
    UnmodifiedWithModifier,

    /// <summary>The attributes do not follow their syntax (MS-PPGRH 2.2.3.5).</summary>
    Attributes,
}
