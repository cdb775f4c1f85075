namespace PeerNet.Engine.Grouping;

/// <summary>Told what happens in the groups of a node: must not block.</summary>
internal interface IGroupObserver
{
    /// <summary>A member was added, changed, revoked, renewed, or ends soon.</summary>
    void MemberChanged(PeerGroupMemberChange change);

    /// <summary>Something failed that no caller waits for.</summary>
    void Failed(string source, string message);
}
