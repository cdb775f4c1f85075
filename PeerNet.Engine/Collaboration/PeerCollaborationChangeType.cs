namespace PeerNet.Engine.Collaboration;

/// <summary>What happened to a contact, a person, an object or an application.</summary>
public enum PeerCollaborationChangeType
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>It is different.</summary>
    Updated,

    /// <summary>It is gone.</summary>
    Removed,
}
