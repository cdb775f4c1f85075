using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Providers;

/// <summary>A record as a security provider sees it.</summary>
/// <param name="GraphId">The graph's id.</param>
/// <param name="Type">Its type.</param>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="CreatorId">The peer id of its creator.</param>
/// <param name="ModifierId">The peer id of who changed it last; empty in the first version.</param>
/// <param name="CreationTime">When it was made, in peer time: hundreds of nanoseconds since 1601.</param>
/// <param name="ExpirationTime">When it expires, in peer time.</param>
/// <param name="ModificationTime">When it was changed last, in peer time.</param>
/// <param name="IsDeleted">Whether it is a tombstone.</param>
/// <param name="Attributes">The attributes as XML; empty for none.</param>
/// <param name="Data">The payload.</param>
/// <param name="SecurityData">What the provider has added; where the record is to be secured, what it had added to the version
/// before, and empty for a new one.</param>
public sealed record GraphSecurityRecord(
    string GraphId,
    Guid Type,
    Guid Id,
    uint Version,
    string CreatorId,
    string ModifierId,
    ulong CreationTime,
    ulong ExpirationTime,
    ulong ModificationTime,
    bool IsDeleted,
    string Attributes,
    byte[] Data,
    byte[] SecurityData)
{
    /// <summary>What is to be signed: every other property but <see cref="SecurityData"/>, in one form that all nodes see
    /// alike. It is the record as it is on the wire (MS-PPGRH 2.2.1.9), with no security data.</summary>
    /// <remarks>A signature of less lets whoever sees a record publish it again with other properties.</remarks>
    public byte[] SignedContent => RecordCodec.Encode(new()
    {
        GraphId = GraphId,
        Type = Type,
        Id = Id,
        Version = Version,
        CreatorId = CreatorId,
        ModifierId = ModifierId,
        Created = new(CreationTime),
        Expires = new(ExpirationTime),
        Modified = new(ModificationTime),
        IsDeleted = IsDeleted,
        Attributes = Attributes,
        Payload = Data,
    });
}
