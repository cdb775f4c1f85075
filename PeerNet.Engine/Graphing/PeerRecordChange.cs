namespace PeerNet.Engine.Graphing;

/// <summary>What has become of a record.</summary>
/// <param name="Change">What has happened.</param>
/// <param name="GraphId">The graph's id.</param>
/// <param name="RecordId">The record's id.</param>
/// <param name="RecordType">The record's type.</param>
/// <param name="Record">The record as it is now; null of one that has expired.</param>
public sealed record PeerRecordChange(
    PeerRecordChangeType Change, string GraphId, Guid RecordId, Guid RecordType, PeerRecord? Record)
{
    /// <summary>What has happened, and to which record.</summary>
    public override string ToString() => $"{Change} {RecordId}";
}
