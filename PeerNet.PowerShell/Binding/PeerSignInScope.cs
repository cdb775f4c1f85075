namespace PeerNet.PowerShell;

/// <summary>Where somebody signs in, and out.</summary>
[Flags]
public enum PeerSignInScope
{
    /// <summary>On the links of this machine.</summary>
    NearMe = 1,

    /// <summary>For contacts, wherever they are.</summary>
    Internet = 2,

    /// <summary>Both.</summary>
    All = NearMe | Internet,
}
