namespace PeerNet.PowerShell;

/// <summary>What lets newcomers into a group.</summary>
public enum PeerGroupAuthentication
{
    /// <summary>A credential (GMC), issued by a member.</summary>
    Gmc = 1,

    /// <summary>The group's password.</summary>
    Password = 2,

    /// <summary>Both.</summary>
    Both = Gmc | Password,
}
