namespace PeerNet.Engine.Security;

/// <summary>The set of algorithms a node or an identity works with.</summary>
public enum PeerSuite
{
    /// <summary>ECDSA P-256 and SHA-256; PNRP version 5.0. The default.</summary>
    Modern,

    /// <summary>RSA-1024 and SHA-1, exactly as MS-PNRP 4.0 fixes them. Not secure by today's measure.</summary>
    Windows,
}
