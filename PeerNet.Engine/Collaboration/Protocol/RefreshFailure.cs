namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>Why nothing is known of an endpoint.</summary>
internal enum RefreshFailure
{
    /// <summary>Nobody answers at any of its addresses.</summary>
    Unreachable,

    /// <summary>Somebody else answers there.</summary>
    SomebodyElse,

    /// <summary>The connection ended before the answer was complete.</summary>
    Lost,
}
