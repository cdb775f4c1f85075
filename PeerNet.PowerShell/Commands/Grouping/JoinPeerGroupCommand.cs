using System.Management.Automation;
using System.Security;
using PeerNet.Engine.Grouping;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Takes an invitation to a group.</summary>
[Cmdlet(
    VerbsCommon.Join, "PeerGroup", DefaultParameterSetName = InvitationSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Join-PeerGroup" + HelpPages.Extension)]
[OutputType(typeof(PeerGroup))]
public sealed class JoinPeerGroupCommand : GroupCmdlet
{
    private const string InvitationSet = "Invitation";
    private const string PasswordSet = "Password";

    /// <summary>The invitations: documents, files that hold them, or what New-PeerGroupInvitation wrote.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [InvitationTransformation]
    [ValidateNotNullOrEmpty]
    public string[] Invitation { get; set; } = [];

    /// <summary>The group's password, for an invitation that asks for one.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = PasswordSet)]
    [ValidatePassword]
    [NoCompletion]
    public SecureString? Password { get; set; }

    /// <summary>The identity that joins; the one that is invited, or the default one, where none is given.</summary>
    [Parameter]
    [IdentityTransformation]
    [ArgumentCompleter(typeof(IdentityCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Identity { get; set; }

    /// <summary>The cloud in which to look for members; the invitation's where none is given.</summary>
    [Parameter]
    [CloudTransformation]
    [ArgumentCompleter(typeof(CloudCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Cloud { get; set; }

    /// <summary>Connects to members at once.</summary>
    [Parameter(ParameterSetName = InvitationSet)]
    public SwitchParameter Connect { get; set; }

    /// <summary>How long finding members and synchronizing may take.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    [NoCompletion]
    public int TimeoutSeconds { get; set; } = 30;

    private protected override object? Input => Invitation;

    private protected override void Process()
    {
        foreach (string invitation in Invitation)
        {
            Report(() => Join(InvitationInput.Read(this, invitation)));
        }
    }

    private void Join(string xml)
    {
        PeerGroupInvitation invitation = Groups.ReadInvitation(xml);
        string? identity = GetIdentity(Identity);
        string name = invitation.FriendlyName.Length == 0 ? invitation.Group : invitation.FriendlyName;
        if (!ShouldProcess($"{name} ({invitation.Group})", Describe(invitation, identity)))
        {
            return;
        }

        WarnOfMembership(invitation, identity);
        var progress = new GraphProgress(name, TimeSpan.FromSeconds(TimeoutSeconds));
        var joining = new PeerGroupJoining
        {
            Invitation = xml,
            Identity = identity,
            Cloud = Cloud,
            IsConnected = Connect,
            Timeout = TimeSpan.FromSeconds(TimeoutSeconds),
        };
        using var password = new PlainPassword(Password);
        WriteGroup(Await(token => Groups.JoinAsync(joining, password.Memory, progress, token), progress));
    }

    // Not an error: the invitation may bring another role, or a longer time.
    private void WarnOfMembership(PeerGroupInvitation invitation, string? identity)
    {
        string? joins = identity ?? invitation.Invitee ?? Peer.Identities.Default?.PeerName.Value;
        if (ListGroups().Any(group => group.PeerName == invitation.Group && group.Identity == joins))
        {
            WriteWarning($"{joins} is a member of the group '{invitation.FriendlyName}' already (PEER_S_ALREADY_A_MEMBER).");
        }
    }

    private static string Describe(PeerGroupInvitation invitation, string? identity)
    {
        string joins = identity ?? invitation.InviteeFriendlyName ?? invitation.Invitee ?? "the default identity";
        string role = invitation.Role is { } given ? $" with the role {given}" : "";
        string issuer = invitation.Issuer is { } by ? $", invited by {by}" : "";
        return $"Join as {joins}{role}{issuer}";
    }
}
