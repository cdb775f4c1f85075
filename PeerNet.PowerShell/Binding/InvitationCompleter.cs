using System.Collections;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes the invitations that can be answered, or taken back: by id, found by the other's name.</summary>
internal sealed class InvitationCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node, IDictionary bound) => node is null
        ? []
        : Ask(node.Engine.Collaboration.GetInvitationsAsync)
            .Where(invitation => invitation.State == Engine.Collaboration.PeerInvitationState.Pending)
            .Select(invitation => (invitation.Id.ToString(), Invitations.Describe(invitation)));
}
