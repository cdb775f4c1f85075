namespace PeerNet.Engine.Graphing;

/// <summary>What has become of a record. The values are PEER_RECORD_CHANGE_TYPE's.</summary>
public enum PeerRecordChangeType
{
    /// <summary>It is new here.</summary>
    Added = 1,

    /// <summary>A newer version took its place.</summary>
    Updated = 2,

    /// <summary>It was removed.</summary>
    Deleted = 3,

    /// <summary>Its time was over.</summary>
    Expired = 4,
}
