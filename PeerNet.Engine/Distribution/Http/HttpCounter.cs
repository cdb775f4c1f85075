namespace PeerNet.Engine.Distribution.Http;

/// <summary>What the HTTP servers of a node count.</summary>
internal enum HttpCounter
{
    /// <summary>Requests answered with 503, because a disk or the system failed.</summary>
    Unavailable,
}
