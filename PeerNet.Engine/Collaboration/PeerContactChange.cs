namespace PeerNet.Engine.Collaboration;

/// <summary>A contact was added, changed or removed.</summary>
/// <param name="Type">Which of them.</param>
/// <param name="Contact">The contact as it is now, or was.</param>
public sealed record PeerContactChange(PeerCollaborationChangeType Type, PeerContact Contact)
{
    /// <summary>What happened, and to what.</summary>
    public override string ToString() => $"{Type} {Contact}";
}
