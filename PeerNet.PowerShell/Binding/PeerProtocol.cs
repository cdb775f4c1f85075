namespace PeerNet.PowerShell;

/// <summary>The transport of an application endpoint; the values are IANA's protocol numbers.</summary>
public enum PeerProtocol
{
    /// <summary>TCP.</summary>
    Tcp = 6,

    /// <summary>UDP.</summary>
    Udp = 17,
}
