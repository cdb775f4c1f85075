namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>What an INQUIRE wants to see (MS-PNRP 2.2.2.5); the values are the wire's.</summary>
[Flags]
internal enum InquireFlags : ushort
{
    /// <summary>Only whether the id is registered.</summary>
    None = 0,

    /// <summary>C: the certificate chain, if there is one.</summary>
    CertificateChain = 0x0004,

    /// <summary>X: the extended payload, if there is one.</summary>
    ExtendedPayload = 0x0008,

    /// <summary>A: the CPA.</summary>
    Cpa = 0x0010,

    /// <summary>Everything.</summary>
    All = Cpa | ExtendedPayload | CertificateChain,
}
