namespace PeerNet.Engine.Security;

/// <summary>What a certificate is for (MS-PNRP 2.2.3.5.1.1, MS-PPSEC 2.2.5).</summary>
internal enum PeerCertificateType
{
    /// <summary>Rights delegated by the certificate before it.</summary>
    Member = 1,

    /// <summary>The self-signed first certificate of a chain.</summary>
    Root = 2,

    /// <summary>The self-signed certificate of an identity.</summary>
    Identity = 3,
}
