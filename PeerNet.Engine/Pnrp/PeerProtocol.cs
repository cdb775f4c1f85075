namespace PeerNet.Engine.Pnrp;

/// <summary>The transport of an application endpoint; the values are IANA's protocol numbers (MS-PNRP 2.2.3.1.3).</summary>
public enum PeerProtocol
{
    /// <summary>TCP.</summary>
    Tcp = 6,

    /// <summary>UDP.</summary>
    Udp = 17,
}
