namespace PeerNet.Engine.Collaboration;

/// <summary>What is done about an invitation to a group. The node's composition has groups do it; collaboration does not know
/// how.</summary>
internal interface IInvitedGroups
{
    /// <summary>Judges a document.</summary>
    /// <exception cref="Core.PeerException">It is no invitation that an identity of this node can take.</exception>
    void Check(string document);

    /// <summary>Joins the group, and connects to it.</summary>
    /// <returns>The group's peer name.</returns>
    Task<string> JoinAsync(string document, CancellationToken cancellationToken);
}
