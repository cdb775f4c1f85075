using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Security;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Issues a new credential to a member of a group: another role, another time.</summary>
[Cmdlet(
    VerbsCommon.Set, "PeerGroupMember", DefaultParameterSetName = NameSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Set-PeerGroupMember" + HelpPages.Extension)]
[OutputType(typeof(PeerGroupMember), typeof(PeerGroupInvitation))]
public sealed class SetPeerGroupMemberCommand : MemberTargetCmdlet
{
    /// <summary>The role.</summary>
    [Parameter]
    public PeerGroupRole? Role { get; set; }

    /// <summary>How long the credential counts. Where none is given, another role ends as the present one does; else it is a year,
    /// within the issuer's own.</summary>
    [Parameter]
    [TimeSpanTransformation]
    [ValidateLifetime]
    [NoCompletion]
    public TimeSpan? Lifetime { get; set; }

    /// <summary>From when it counts; from now on where nothing is given.</summary>
    [Parameter]
    [NoCompletion]
    public DateTimeOffset? ValidFrom { get; set; }

    /// <summary>Does not publish the credential in the group; -AsInvitation writes it.</summary>
    [Parameter]
    public SwitchParameter NoStore { get; set; }

    /// <summary>Writes the credential as an invitation, which the member takes with Join-PeerGroup.</summary>
    [Parameter]
    public SwitchParameter AsInvitation { get; set; }

    /// <summary>Does not ask.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes the members.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void CheckParameters()
    {
        if (NoStore && !AsInvitation)
        {
            throw PeerErrors.InvalidArgument.Exception(
                "With -NoStore the credential is nowhere but in the invitation: use it with -AsInvitation.");
        }
    }

    private protected override void Process(PeerGroup group, PeerGroupMember member, IReadOnlyList<PeerGroupMember> all)
    {
        string whom = $"{GroupNames.Describe(member)} in {group.FriendlyName}";
        if (!ShouldProcess(whom, Describe(member)) || !IsAgreed(whom))
        {
            return;
        }

        var issue = new PeerCredentialIssue
        {
            Member = member.PeerName,
            Role = Role is { } role ? (PeerRole)(int)role : null,
            ValidFrom = ValidFrom,
            Lifetime = Lifetime ?? GetRest(group, member),
            IsPublished = !NoStore,
        };
        PeerGroupInvitation issued = Await(token => Groups.IssueAsync(group.PeerName, issue, token));
        if (AsInvitation)
        {
            WriteWithNode(issued);
        }

        if (PassThru)
        {
            WriteWithNode(GroupNames.GetMember(GetMembers(group), member.PeerName, group));
        }
    }

    // Who gives another role alone does not mean another end.
    private TimeSpan? GetRest(PeerGroup group, PeerGroupMember member)
    {
        DateTimeOffset end = group.CredentialExpires < member.CredentialValidTo ? group.CredentialExpires.Value : member.CredentialValidTo;
        TimeSpan rest = end - (ValidFrom ?? DateTimeOffset.UtcNow);
        return Role is not null && rest > TimeSpan.Zero ? rest : null;
    }

    // High impact: who makes an administrator gives the group away.
    private bool IsAgreed(string whom) => Role != PeerGroupRole.Admin || IsAccepted(
        Force,
        $"Make {whom} an administrator? Administrators give and take roles, revoke members, and change and remove the records of others.",
        "Administrator");

    private string Describe(PeerGroupMember member)
    {
        string role = Role is { } given && (int)given != (int)member.Role ? $" with the role {given}, instead of {member.Role}" : $" as {member.Role}";
        string time = Lifetime is { } span ? $" for {span:c}" : "";
        return $"Issue a credential{role}{time}{(NoStore ? ", which is not published" : "")}";
    }
}
