namespace PeerNet.Engine.Collaboration;

/// <summary>An object was shown, changed or taken away.</summary>
/// <param name="Type">Which of them.</param>
/// <param name="Object">The object as it is now, or was.</param>
#pragma warning disable CA1720 // Objects are what the API calls them (PEER_OBJECT).
public sealed record PeerObjectChange(PeerCollaborationChangeType Type, PeerObject Object)
#pragma warning restore CA1720
{
    /// <summary>What happened, and to what.</summary>
    public override string ToString() => $"{Type} {Object}";
}
