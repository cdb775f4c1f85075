namespace PeerNet.Engine.Collaboration;

/// <summary>An application was registered, changed or unregistered, here or at an endpoint that is watched.</summary>
/// <param name="Type">Which of them.</param>
/// <param name="Application">The application as it is now, or was.</param>
public sealed record PeerApplicationChange(PeerCollaborationChangeType Type, PeerApplication Application)
{
    /// <summary>What happened, and to what.</summary>
    public override string ToString() => $"{Type} {Application}";
}
