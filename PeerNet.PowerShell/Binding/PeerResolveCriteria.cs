namespace PeerNet.PowerShell;

/// <summary>Which registrations of a name a resolve accepts.</summary>
public enum PeerResolveCriteria
{
    /// <summary>The nearest registration outside this process.</summary>
    NonCurrentProcess,

    /// <summary>Any registration, this node's own included.</summary>
    Any,

    /// <summary>Any registration on another machine.</summary>
    Remote,

    /// <summary>The registration nearest to the location hint, this node's own included.</summary>
    Nearest,

    /// <summary>The nearest registration outside this process.</summary>
    NearestNonCurrentProcess,

    /// <summary>The nearest registration on another machine.</summary>
    NearestRemote,
}
