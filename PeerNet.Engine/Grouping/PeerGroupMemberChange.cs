namespace PeerNet.Engine.Grouping;

/// <summary>What has happened to a member of a group: the detail of an event.</summary>
/// <param name="Type">What.</param>
/// <param name="Member">The member as it is now.</param>
public sealed record PeerGroupMemberChange(PeerGroupMemberChangeType Type, PeerGroupMember Member)
{
    /// <summary>What, and to whom.</summary>
    public override string ToString() => $"{Type} {Member}";
}
