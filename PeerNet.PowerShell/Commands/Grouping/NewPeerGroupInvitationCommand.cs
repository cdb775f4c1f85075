using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Security;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Invites somebody to a group.</summary>
[Cmdlet(
    VerbsCommon.New, "PeerGroupInvitation", DefaultParameterSetName = IdentitySet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "New-PeerGroupInvitation" + HelpPages.Extension)]
[OutputType(typeof(PeerGroupInvitation), typeof(FileInfo))]
public sealed class NewPeerGroupInvitationCommand : GroupCmdlet
{
    private const string IdentitySet = "Identity";
    private const string PasswordSet = "Password";

    /// <summary>The group.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = IdentitySet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PasswordSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [GroupTransformation(IsExclusive = true)]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string Group { get; set; } = "";

    /// <summary>Whom to invite: what Export-PeerIdentity -Public wrote, as its document or its file, or a certificate.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = IdentitySet, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public object[] IdentityInfo { get; set; } = [];

    /// <summary>Makes the invitation for everybody who knows the group's password.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PasswordSet)]
    public SwitchParameter PasswordInvitation { get; set; }

    /// <summary>The role of who is invited.</summary>
    [Parameter(ParameterSetName = IdentitySet)]
    public PeerGroupRole Role { get; set; }

    /// <summary>How long the credential counts; a year, within the issuer's own, where nothing is given.</summary>
    [Parameter(ParameterSetName = IdentitySet)]
    [TimeSpanTransformation]
    [ValidateLifetime]
    [NoCompletion]
    public TimeSpan? Lifetime { get; set; }

    /// <summary>Until when it counts.</summary>
    [Parameter(ParameterSetName = IdentitySet)]
    [NoCompletion]
    public DateTimeOffset? Expires { get; set; }

    /// <summary>The file to write; without it the invitation is written to the pipeline.</summary>
    [Parameter]
    [Alias("LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Overwrites the file, and does not ask.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? Input => ParameterSetName == IdentitySet ? IdentityInfo : Group;

    private protected override void CheckParameters()
    {
        if (Lifetime is not null && Expires is not null)
        {
            throw PeerErrors.InvalidTimePeriod.Exception("A credential has a -Lifetime, or a moment when it -Expires, not both.");
        }
    }

    private protected override void Process()
    {
        PeerGroup group = GetOpenGroup(Group);
        string? path = Path is null ? null : OutputFile.Resolve(this, Path);
        if (PasswordInvitation)
        {
            InviteByPassword(group, path);
            return;
        }

        foreach (object info in IdentityInfo)
        {
            Report(() => Invite(group, IdentityInfoInput.Read(this, info), path));
        }
    }

    private void InviteByPassword(PeerGroup group, string? path)
    {
        if (ShouldProcess(GroupNames.Describe(group), "Invite everybody who knows the password"))
        {
            Write(Await(token => Groups.InviteByPasswordAsync(group.PeerName, token)), path);
        }
    }

    private void Invite(PeerGroup group, X509Certificate2 certificate, string? path)
    {
        string whom = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        if (!ShouldProcess(GroupNames.Describe(group), $"Invite {whom} with the role {Role}") || !IsAgreed(whom, group))
        {
            return;
        }

        var inviting = new PeerGroupInviting
        {
            Certificate = certificate,
            Role = (PeerRole)(int)Role,
            Expires = RecordContent.GetExpiration(Lifetime, Expires),
        };
        Write(Await(token => Groups.InviteAsync(group.PeerName, inviting, token)), path);
    }

    // High impact: who makes an administrator gives the group away.
    private bool IsAgreed(string whom, PeerGroup group) => Role != PeerGroupRole.Admin || IsAccepted(
        Force,
        $"Invite {whom} to '{group.FriendlyName}' as an administrator? Administrators give and take roles, revoke members, and change and "
        + "remove the records of others.",
        "Administrator");

    private void Write(PeerGroupInvitation invitation, string? path)
    {
        if (path is null)
        {
            WriteWithNode(invitation);
            return;
        }

        OutputFile.Write(path, Encoding.UTF8.GetBytes(invitation.Xml), Force);
        WriteFile(path);
    }
}
