namespace PeerNet.PowerShell;

/// <summary>Whose rules a firewall's are written in.</summary>
public enum PeerFirewall
{
    /// <summary>Windows: <c>New-NetFirewallRule</c>.</summary>
    NetFirewallRule,

    /// <summary>Ubuntu and Debian: <c>ufw</c>.</summary>
    Ufw,

    /// <summary>Fedora, Red Hat and SUSE: <c>firewall-cmd</c>.</summary>
    FirewallCmd,

    /// <summary>Any Linux: <c>nft</c>.</summary>
    Nft,

    /// <summary>macOS: <c>socketfilterfw</c>, which lets programs in and knows no ports.</summary>
    SocketFilter,
}
