namespace PeerNet.PowerShell.Maps;

/// <summary>What a node on a map is to the one that drew it.</summary>
internal enum GraphMapNodeKind
{
    /// <summary>The node itself.</summary>
    Local,

    /// <summary>A neighbour.</summary>
    Neighbor,

    /// <summary>A node that it only knows of.</summary>
    Known,

    /// <summary>A member of the group of which no node is known.</summary>
    Absent,
}
