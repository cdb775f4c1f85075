namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>What has become of a record.</summary>
internal enum RecordChange
{
    /// <summary>It is new here.</summary>
    Added,

    /// <summary>A newer version took its place.</summary>
    Updated,

    /// <summary>A tombstone took its place.</summary>
    Deleted,
}
