using System.Management.Automation;
using PeerNet.Engine.Grouping;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Revokes the credentials of a member of a group, for good.</summary>
[Cmdlet(
    VerbsCommon.Remove, "PeerGroupMember", DefaultParameterSetName = NameSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = HelpPages.Root + "Remove-PeerGroupMember" + HelpPages.Extension)]
[OutputType(typeof(PeerGroupMember))]
public sealed class RemovePeerGroupMemberCommand : MemberTargetCmdlet
{
    // As many as a question can hold.
    private const int NamedGuests = 10;

    /// <summary>Why, for the other members to read.</summary>
    [Parameter]
    [ValidateLength(0, PeerGroupProperties.MaximumText)]
    [NoCompletion]
    public string Reason { get; set; } = "";

    /// <summary>Writes the members as they are then.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process(PeerGroup group, PeerGroupMember member, IReadOnlyList<PeerGroupMember> all)
    {
        if (!ShouldProcess($"{GroupNames.Describe(member)} in {group.FriendlyName}", Describe(member, all)))
        {
            return;
        }

        Await(
            token => Groups.RevokeAsync(group.PeerName, member.PeerName, Reason, token),
            new PumpProgress("Revoking", member.FriendlyName, limit: null));
        if (PassThru)
        {
            WriteWithNode(GroupNames.GetMember(GetMembers(group), member.PeerName, group));
        }
    }

    private static string Describe(PeerGroupMember member, IReadOnlyList<PeerGroupMember> all)
    {
        string place = member.Addresses.Length == 0 ? "" : $", and its connections at {string.Join(", ", member.Addresses.Select(one => one.ToString()))}";
        PeerGroupMember[] guests =
            [.. all.Where(other => other.Issuer == member.PeerName && other.PeerName != member.PeerName && other.State != PeerMembership.Revoked)];
        string more = guests.Length > NamedGuests ? $" and {guests.Length - NamedGuests} more" : "";
        string invited = guests.Length == 0
            ? ""
            : $" It has invited {string.Join(", ", guests.Take(NamedGuests).Select(guest => guest.FriendlyName))}{more}, who stay.";
        return $"Revoke its credentials: it loses the role {member.Role}{place}. What it has signed stays; what it signs from now on does not "
            + $"count.{invited}";
    }
}
