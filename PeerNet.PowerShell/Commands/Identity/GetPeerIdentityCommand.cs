using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows identities.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerIdentity", DefaultParameterSetName = ListSet,
    HelpUri = HelpPages.Root + "Get-PeerIdentity" + HelpPages.Extension)]
[OutputType(typeof(PeerIdentity))]
public sealed class GetPeerIdentityCommand : NodeCmdlet
{
    private const string ListSet = "List";
    private const string DefaultSet = "Default";

    /// <summary>Peer names, or friendly names with wildcards.</summary>
    [Parameter(Position = 0, ParameterSetName = ListSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [SupportsWildcards]
    [IdentityTransformation]
    [ArgumentCompleter(typeof(IdentityCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>The identity that is used where none is named.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DefaultSet)]
    public SwitchParameter Default { get; set; }

    private protected override void Process()
    {
        if (Default)
        {
            Write([Peer.Identities.Default
                ?? throw PeerErrors.IdentityNotFound.Exception("There is no identity yet. New-PeerIdentity creates one.")]);
        }
        else if (Name is null)
        {
            Write(Peer.Identities.List());
        }
        else
        {
            foreach (string name in Name)
            {
                Report(() => Write(Identities.Find(Peer.Identities, name)));
            }
        }
    }

    private void Write(IReadOnlyList<PeerIdentity> identities)
    {
        foreach (PeerIdentity identity in identities)
        {
            if (identity.IsDamaged)
            {
                WriteWarning(
                    $"The key file of the identity '{PeerText.Escape(identity.FriendlyName)}' ({identity.PeerName}) is missing, damaged "
                    + "or cannot be read. Restore it from a backup, or remove the identity and import it from an export.");
            }

            WriteIdentity(identity);
        }
    }
}
