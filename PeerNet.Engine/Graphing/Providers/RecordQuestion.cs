using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Providers;

/// <summary>What a security provider is asked about a record that another node sent.</summary>
/// <param name="Record">The record.</param>
/// <param name="Action">What is done with it.</param>
internal readonly record struct RecordQuestion(GraphSecurityRecord Record, RecordAction Action)
{
    public static RecordQuestion Of(GraphRecord record) => new(Describe(record), ActionOf(record));

    /// <summary>A record as a provider sees it.</summary>
    public static GraphSecurityRecord Describe(GraphRecord record) => new(
        record.GraphId,
        record.Type,
        record.Id,
        record.Version,
        record.CreatorId,
        record.ModifierId,
        record.Created.Ticks,
        record.Expires.Ticks,
        record.Modified.Ticks,
        record.IsDeleted,
        record.Attributes,
        record.Payload.ToArray(),
        record.SecurityData.ToArray());

    /// <summary>What whoever sent it has done.</summary>
    public static RecordAction ActionOf(GraphRecord record) =>
        record.IsDeleted ? RecordAction.Delete : record.Version == 1 ? RecordAction.Add : RecordAction.Update;
}
