namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>What has become of a node, as its presence record tells.</summary>
internal enum NodeChange
{
    /// <summary>It has published its presence.</summary>
    Appeared,

    /// <summary>Its addresses or attributes have changed.</summary>
    Updated,

    /// <summary>It has withdrawn its presence, or let it expire.</summary>
    Left,
}
