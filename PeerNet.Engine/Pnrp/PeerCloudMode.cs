namespace PeerNet.Engine.Pnrp;

/// <summary>Whether a node takes part in a cloud or only asks it (MS-PNRP 1.3.3.3).</summary>
public enum PeerCloudMode
{
    /// <summary>Publishes, resolves, and answers others.</summary>
    Full,

    /// <summary>Resolves only.</summary>
    ResolveOnly,
}
