namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>A route entry in the cache and what is known about its node.</summary>
internal struct CachedRoute
{
    public RouteEntry Entry;

    /// <summary>When the entry came into the cache.</summary>
    public TimeSpan Added;

    /// <summary>When its node last answered.</summary>
    public TimeSpan Heard;

    /// <summary>When its node last answered, or was last asked for a sign of life.</summary>
    public TimeSpan Checked;

    /// <summary>How many leaf sets hold the entry.</summary>
    public int LeafReferences;

    public readonly bool IsLeaf => LeafReferences > 0;
}
