namespace PeerNet.Engine.Pnrp;

/// <summary>How far a registration has come.</summary>
public enum PeerRegistrationState
{
    /// <summary>Being announced to its neighbours.</summary>
    Announcing,

    /// <summary>Announced; others can find it.</summary>
    Registered,

    /// <summary>Kept, but the cloud has no other node or no network yet.</summary>
    Waiting,

    /// <summary>Withdrawn.</summary>
    Unregistered,
}
