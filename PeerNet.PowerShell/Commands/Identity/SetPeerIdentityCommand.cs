using System.Management.Automation;
using System.Security;
using PeerNet.Engine.Identity;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Changes an identity's friendly name, makes it the default, or opens its key.</summary>
[Cmdlet(
    VerbsCommon.Set, "PeerIdentity", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Set-PeerIdentity" + HelpPages.Extension)]
[OutputType(typeof(PeerIdentity))]
public sealed class SetPeerIdentityCommand : NodeCmdlet
{
    /// <summary>The identity.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [IdentityTransformation]
    [ArgumentCompleter(typeof(IdentityCompleter))]
    [ValidateNotNullOrEmpty]
    public string Identity { get; set; } = "";

    /// <summary>What people are to call it.</summary>
    [Parameter(Position = 1)]
    [ValidateLength(1, IIdentityService.MaximumFriendlyName)]
    [NoCompletion]
    public string? FriendlyName { get; set; }

    /// <summary>Makes it the identity that is used where none is named.</summary>
    [Parameter]
    public SwitchParameter Default { get; set; }

    /// <summary>Opens a key that is under a password, for as long as this process runs.</summary>
    [Parameter]
    [ValidatePassword]
    [NoCompletion]
    public SecureString? Password { get; set; }

    /// <summary>Writes the identity.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Input => Identity;

    private protected override void Process()
    {
        IIdentityService identities = Peer.Identities;
        PeerIdentity identity = Identities.Get(identities, Identity);
        if (!ShouldProcess($"{identity.FriendlyName} ({identity.PeerName})", "Change identity"))
        {
            return;
        }

        if (Password is not null)
        {
            using var password = new PlainPassword(Password);
            identities.Unlock(identity.PeerName.Value, password.Span);
        }

        PeerIdentity changed = identities.Set(identity.PeerName.Value, FriendlyName, Default);
        if (PassThru)
        {
            WriteIdentity(changed);
        }
    }
}
