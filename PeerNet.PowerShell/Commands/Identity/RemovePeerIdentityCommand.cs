using System.Management.Automation;
using PeerNet.Engine.Identity;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Deletes an identity and its key, for good.</summary>
[Cmdlet(
    VerbsCommon.Remove, "PeerIdentity", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = HelpPages.Root + "Remove-PeerIdentity" + HelpPages.Extension)]
[OutputType(typeof(void))]
public sealed class RemovePeerIdentityCommand : NodeCmdlet
{
    /// <summary>The identity.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [IdentityTransformation]
    [ArgumentCompleter(typeof(IdentityCompleter))]
    [ValidateNotNullOrEmpty]
    public string Identity { get; set; } = "";

    private protected override object? Input => Identity;

    private protected override void Process()
    {
        IIdentityService identities = Peer.Identities;
        PeerIdentity identity = Identities.Get(identities, Identity);
        if (ShouldProcess($"{identity.FriendlyName} ({identity.PeerName})", "Delete identity and its private key for good"))
        {
            identities.Remove(identity.PeerName.Value);
        }
    }
}
