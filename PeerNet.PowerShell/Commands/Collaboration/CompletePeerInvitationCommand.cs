using System.Management.Automation;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Accepts or declines an invitation, or takes one back that was sent.</summary>
[Cmdlet(
    VerbsLifecycle.Complete, "PeerInvitation", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Complete-PeerInvitation" + HelpPages.Extension)]
[OutputType(typeof(PeerInvitation))]
public sealed class CompletePeerInvitationCommand : CollaborationCmdlet
{
    /// <summary>The invitations.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [InvitationIdTransformation]
    [ArgumentCompleter(typeof(InvitationCompleter))]
    [ValidateNotNullOrEmpty]
    public Guid[] Invitation { get; set; } = [];

    /// <summary>What is done about them.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    public PeerInvitationResponse Response { get; set; }

    /// <summary>Does not run the application of an invitation that is accepted.</summary>
    [Parameter]
    public SwitchParameter NoLaunch { get; set; }

    /// <summary>How long whoever has invited may take to say that this answer counts.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    [NoCompletion]
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>Writes the invitations.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Input => Invitation;

    private protected override void Process()
    {
        foreach (Guid id in Invitation)
        {
            Report(() => Complete(id));
        }
    }

    private void Complete(Guid id)
    {
        PeerInvitation invitation = Await(Collaboration.GetInvitationsAsync).FirstOrDefault(one => one.Id == id)
            ?? throw PeerErrors.NotFound.Exception(Invitations.DescribeMissing(id), id);
        CheckDirection(invitation);
        string who = Invitations.Describe(invitation);
        string action = Describe(invitation);
        if (!ShouldProcess(who, action) || !IsAgreed(who, action))
        {
            return;
        }

        TimeSpan limit = TimeSpan.FromSeconds(TimeoutSeconds);
        var response = (Engine.Collaboration.PeerInvitationResponse)(int)Response;
        PeerInvitation completed = Await(
            token => Collaboration.CompleteInvitationAsync(id, response, !NoLaunch, limit, token),
            new PumpProgress("Answering", People.GetName(invitation), limit));
        if (PassThru)
        {
            WriteWithNode(completed);
        }
    }

    private void CheckDirection(PeerInvitation invitation)
    {
        bool isSent = invitation.Direction == Engine.Collaboration.PeerInvitationDirection.Sent;
        if (isSent != (Response == PeerInvitationResponse.Cancel))
        {
            throw PeerErrors.InvalidArgument.Exception(
                isSent
                    ? $"You have sent the invitation {invitation.Id}: -Response Cancel takes it back, and {People.GetName(invitation)} answers it."
                    : $"The invitation {invitation.Id} was sent to you by {People.GetName(invitation)}: -Response is Accept or Decline.",
                invitation);
        }
    }

    // High impact: what is accepted runs a program, or makes this node a member.
    private bool IsAgreed(string who, string action) =>
        Response != PeerInvitationResponse.Accept || IsAccepted(force: false, $"{who}. {action}?", "Accept");

    private string Describe(PeerInvitation invitation) => Response switch
    {
        PeerInvitationResponse.Decline => "Decline",
        PeerInvitationResponse.Cancel => "Take the invitation back",
        _ when invitation.GroupInvitation is { } xml => DescribeGroup(Peer.Groups.ReadInvitation(xml)),
        _ => $"Accept, and {DescribeLaunch(invitation)}",
    };

    private string DescribeLaunch(PeerInvitation invitation)
    {
        PeerApplication? application =
            Await(Collaboration.GetApplicationsAsync).FirstOrDefault(one => one.Id == invitation.ApplicationId);
        return NoLaunch || application?.Path is not { } path
            ? "run nothing"
            : $"run {Invitations.DescribeCommand(path, application.Arguments)} with {PeerText.FormatBytes(invitation.Data.Length)} of data";
    }

    private static string DescribeGroup(PeerGroupInvitation group)
    {
        string name = group.FriendlyName.Length > 0 ? $"'{group.FriendlyName}' ({group.Group})" : group.Group;
        string role = group.Role is { } given ? $" with the role {given}" : "";
        string doubt = group.IsTrusted ? "" : $", though the invitation cannot be used: {group.Reason}";
        return $"Accept, and join the group {name}{role}{doubt}";
    }
}
