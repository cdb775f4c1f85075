namespace PeerNet.Engine.Collaboration;

/// <summary>An object was shown, changed or taken away.</summary>
/// <param name="Type">Which of them.</param>
/// <param name="Object">The object as it is now, or was.</param>
public sealed record PeerObjectChange(PeerCollaborationChangeType Type, PeerObject Object)
{
    /// <summary>What happened, and to what.</summary>
    public override string ToString() => $"{Type} {Object}";
}
