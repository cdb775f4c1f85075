using System.Management.Automation;
using System.Security;
using PeerNet.Engine.Identity;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Creates an identity: a key pair and the peer name that belongs to it.</summary>
[Cmdlet(
    VerbsCommon.New, "PeerIdentity", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "New-PeerIdentity" + HelpPages.Extension)]
[OutputType(typeof(PeerIdentity))]
public sealed class NewPeerIdentityCommand : NodeCmdlet
{
    /// <summary>What people call the identity.</summary>
    [Parameter(Position = 0)]
    [ValidateLength(1, IIdentityService.MaximumFriendlyName)]
    [NoCompletion]
    public string? FriendlyName { get; set; }

    /// <summary>The classifier of the identity's own peer name.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNull]
    [ValidateClassifier]
    [NoCompletion]
    public string? Classifier { get; set; }

    /// <summary>Makes it the identity that is used where none is named.</summary>
    [Parameter]
    public SwitchParameter Default { get; set; }

    /// <summary>The suite of its key; the node's own where none is given.</summary>
    [Parameter]
    public PeerSuite Suite { get; set; }

    /// <summary>Keeps the key file under a password of its own.</summary>
    [Parameter]
    [ValidatePassword]
    [NoCompletion]
    public SecureString? Password { get; set; }

    private protected override object? Input => FriendlyName ?? Classifier;

    private protected override void Process()
    {
        if (!ShouldProcess(FriendlyName ?? Environment.UserName, "Create identity"))
        {
            return;
        }

        Engine.Security.PeerSuite? suite = MyInvocation.BoundParameters.ContainsKey(nameof(Suite))
            ? (Engine.Security.PeerSuite)Suite
            : null;
        using var password = new PlainPassword(Password);
        PeerIdentity created = Peer.Identities.Create(FriendlyName, Classifier, suite, Default, password.Span);
        if (created.Suite == Engine.Security.PeerSuite.Windows)
        {
            WriteWarning("The suite Windows uses RSA-1024 and SHA-1, which do not withstand today's attackers.");
        }

        WriteIdentity(created);
    }
}
