using System.Management.Automation;
using System.Net;
using System.Security;
using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Security;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;
using EngineAuthentication = PeerNet.Engine.Grouping.PeerGroupAuthentication;

namespace PeerNet.PowerShell.Commands;

/// <summary>Creates a group.</summary>
[Cmdlet(
    VerbsCommon.New, "PeerGroup", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "New-PeerGroup" + HelpPages.Extension)]
[OutputType(typeof(PeerGroup))]
public sealed class NewPeerGroupCommand : GroupCmdlet
{
    /// <summary>What people call the group.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateLength(1, PeerGroupProperties.MaximumText)]
    [NoCompletion]
    public string FriendlyName { get; set; } = "";

    /// <summary>The classifier of the group's peer name; one made by chance where none is given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ValidateClassifier]
    [NoCompletion]
    public string? Classifier { get; set; }

    /// <summary>The identity that is the first member; the default one where none is given.</summary>
    [Parameter]
    [IdentityTransformation]
    [ArgumentCompleter(typeof(IdentityCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Identity { get; set; }

    /// <summary>The cloud in which members find each other; Global_ where none is given.</summary>
    [Parameter]
    [CloudTransformation]
    [ArgumentCompleter(typeof(CloudCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Cloud { get; set; }

    /// <summary>A remark for people.</summary>
    [Parameter]
    [ValidateLength(0, PeerGroupProperties.MaximumText)]
    [NoCompletion]
    public string Comment { get; set; } = "";

    /// <summary>How long memberships last before they are renewed: 38 minutes to a year.</summary>
    [Parameter]
    [TimeSpanTransformation]
    [ValidateMemberLifetime]
    [NoCompletion]
    public TimeSpan MemberLifetime { get; set; } = PeerGroupProperties.UsualMemberLifetime;

    /// <summary>How long a member's presence lasts: 5 minutes or more.</summary>
    [Parameter]
    [TimeSpanTransformation]
    [ValidatePresenceLifetime]
    [NoCompletion]
    public TimeSpan PresenceLifetime { get; set; }

    /// <summary>Members do not make their presence known.</summary>
    [Parameter]
    public SwitchParameter DisablePresence { get; set; }

    /// <summary>Lets records expire only while a node is connected.</summary>
    [Parameter]
    public SwitchParameter DeferExpiration { get; set; }

    /// <summary>Members publish their membership only when they publish something else.</summary>
    [Parameter]
    public SwitchParameter MemberDataOptional { get; set; }

    /// <summary>What lets newcomers in: credentials, and with -Password both, where nothing is given.</summary>
    [Parameter]
    public PeerGroupAuthentication? Authentication { get; set; }

    /// <summary>The password that lets newcomers in.</summary>
    [Parameter]
    [ValidatePassword]
    [NoCompletion]
    public SecureString? Password { get; set; }

    /// <summary>The role of those who join by password.</summary>
    [Parameter]
    public PeerGroupRole? PasswordRole { get; set; }

    /// <summary>The port where other members connect; the node's, or a free one, where none is given.</summary>
    [Parameter]
    [ValidateRange(1, IPEndPoint.MaxPort)]
    [NoCompletion]
    public int Port { get; set; }

    /// <summary>Opens the group again whenever the node starts; $false lets it be.</summary>
    [Parameter]
    public SwitchParameter Persistent { get; set; } = true;

    private protected override object? Input => FriendlyName;

    private EngineAuthentication Scheme => Authentication is { } asked ? (EngineAuthentication)(int)asked
        : Password is null ? EngineAuthentication.Gmc
        : EngineAuthentication.Both;

    private protected override void CheckParameters()
    {
        bool takesPassword = Scheme.HasFlag(EngineAuthentication.Password);
        if (takesPassword != Password is not null)
        {
            throw PeerErrors.InvalidGroupProperties.Exception(takesPassword
                ? "A group that a password lets into needs a -Password."
                : "A group with a -Password needs the -Authentication Password or Both.");
        }

        if (PasswordRole is not null && !takesPassword)
        {
            throw PeerErrors.InvalidGroupProperties.Exception("Without a -Password nobody gets the -PasswordRole.");
        }
    }

    private protected override void Process()
    {
        if (!ShouldProcess(FriendlyName, "Create group"))
        {
            return;
        }

        using var password = new PlainPassword(Password);
        PeerGroupCreation creation = CreateRequest();
        PeerGroup group = Await(
            token => Groups.CreateAsync(creation, password.Memory, token), new PumpProgress("Creating", FriendlyName, limit: null));
        DescribePort($"group '{group.FriendlyName}'", group.Port, Port);
        WriteGroup(group);
    }

    private PeerGroupCreation CreateRequest() => new()
    {
        FriendlyName = FriendlyName,
        Identity = GetIdentity(Identity),
        Cloud = Cloud,
        Properties = new()
        {
            Comment = Comment,
            Classifier = Classifier ?? "",
            MemberLifetime = MemberLifetime,
            PresenceLifetime = PresenceLifetime == TimeSpan.Zero ? PeerGroupProperties.LeastPresenceLifetime : PresenceLifetime,
            DisablePresence = DisablePresence,
            DeferExpiration = DeferExpiration,
            MemberDataOptional = MemberDataOptional,
            Authentication = Scheme,
            PasswordRole = Scheme.HasFlag(EngineAuthentication.Password) ? (PeerRole)(int)(PasswordRole ?? PeerGroupRole.Member) : null,
        },
        Port = Port,
        IsPersistent = Persistent,
    };
}
