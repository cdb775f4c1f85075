using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Identity;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Deletes an identity and its key, for good.</summary>
[Cmdlet(
    VerbsCommon.Remove, "PeerIdentity", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = HelpPages.Root + "Remove-PeerIdentity" + HelpPages.Extension)]
[OutputType(typeof(void))]
public sealed class RemovePeerIdentityCommand : GroupCmdlet
{
    /// <summary>The identity.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [IdentityTransformation]
    [ArgumentCompleter(typeof(IdentityCompleter))]
    [ValidateNotNullOrEmpty]
    public string Identity { get; set; } = "";

    /// <summary>Deletes its memberships in groups first.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? Input => Identity;

    private protected override void Process()
    {
        IIdentityService identities = Peer.Identities;
        PeerIdentity identity = Identities.Get(identities, Identity);
        string peerName = identity.PeerName.Value;
        PeerGroup[] groups = [.. ListGroups().Where(group => group.Identity == peerName)];
        string names = string.Join(", ", groups.Select(group => group.FriendlyName));
        string memberships = groups.Length == 0 ? "" : $", and its membership in {names}";
        if (!ShouldProcess($"{identity.FriendlyName} ({peerName})", $"Delete identity and its private key for good{memberships}"))
        {
            return;
        }

        if (groups.Length > 0 && !Force)
        {
            throw PeerErrors.GroupsExist.Exception(
                $"'{identity.FriendlyName}' is a member of {names}. -Force deletes these memberships too; Export-PeerIdentity -Group keeps a copy.",
                Identity);
        }

        foreach (PeerGroup group in groups)
        {
            Await(
                token => Groups.RemoveAsync(group.PeerName, peerName, isForced: true, token),
                new PumpProgress("Removing", group.FriendlyName, limit: null));
        }

        identities.Remove(peerName);
    }
}
