namespace PeerNet.Engine.Collaboration;

/// <summary>Somebody came, changed or went on the link.</summary>
/// <param name="Type">Which of them.</param>
/// <param name="Person">The person as it is now, or was.</param>
public sealed record PeerPersonChange(PeerCollaborationChangeType Type, PeerPersonNearMe Person)
{
    /// <summary>What happened, and to what.</summary>
    public override string ToString() => $"{Type} {Person}";
}
