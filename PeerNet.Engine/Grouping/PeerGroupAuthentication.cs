namespace PeerNet.Engine.Grouping;

/// <summary>What lets newcomers into a group. The values are PEER_GROUP_AUTHENTICATION_SCHEME's.</summary>
[Flags]
public enum PeerGroupAuthentication
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A credential (GMC), issued by a member.</summary>
    Gmc = 1,

    /// <summary>The group's password.</summary>
    Password = 2,

    /// <summary>Both.</summary>
    Both = Gmc | Password,
}
