namespace PeerNet.Engine.Graphing;

/// <summary>What a connection is for. The values are PEER_CONNECTION_FLAGS'.</summary>
public enum PeerConnectionType
{
    /// <summary>Records, and data too.</summary>
    Neighbor = 1,

    /// <summary>Data alone.</summary>
    Direct = 2,
}
