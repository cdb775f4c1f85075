namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>What is known of the servers of a segment.</summary>
internal enum ServerListState
{
    /// <summary>Nothing: there is no list.</summary>
    Absent,

    /// <summary>That there are none: a probe has found nobody.</summary>
    Empty,

    /// <summary>Some.</summary>
    Populated,
}
