namespace PeerNet.PowerShell;

/// <summary>The suites of algorithms; see about_PeerNet_Security.</summary>
public enum PeerSuite
{
    /// <summary>ECDSA P-256 and SHA-256; the default.</summary>
    Modern,

    /// <summary>RSA-1024 and SHA-1, as MS-PNRP 4.0 fixes them. Not secure by today's measure.</summary>
    Windows,
}
