namespace PeerNet.Engine.Pnrp;

/// <summary>What a cloud is doing; the names are those of the Windows PNRP_CLOUD_STATE.</summary>
public enum PeerCloudState
{
    /// <summary>Known, but not opened by anybody yet.</summary>
    Virtual,

    /// <summary>Open, and looking for other nodes.</summary>
    Synchronizing,

    /// <summary>Open, and in touch with other nodes.</summary>
    Active,

    /// <summary>Failed: see the node's last error.</summary>
    Dead,

    /// <summary>Closed by an administrator.</summary>
    Disabled,

    /// <summary>Its interface or all of its addresses are gone.</summary>
    NoNetwork,

    /// <summary>Open; no other node was found so far. The search goes on.</summary>
    Alone,
}
