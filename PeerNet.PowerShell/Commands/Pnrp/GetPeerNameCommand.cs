using System.Management.Automation;
using PeerNet.Engine.Pnrp;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows the names that a node has registered.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerName",
    HelpUri = HelpPages.Root + "Get-PeerName" + HelpPages.Extension)]
[OutputType(typeof(PeerNameRegistration))]
public sealed class GetPeerNameCommand : NodeCmdlet
{
    /// <summary>Peer names; wildcards are allowed, and letter case counts.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NameTransformation]
    [ArgumentCompleter(typeof(RegistrationCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>Only names in this cloud.</summary>
    [Parameter]
    [CloudTransformation]
    [ArgumentCompleter(typeof(CloudCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Cloud { get; set; }

    /// <summary>Only names that this identity signs.</summary>
    [Parameter]
    [IdentityTransformation]
    [ArgumentCompleter(typeof(IdentityCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Identity { get; set; }

    private protected override object? Input => Name;

    private protected override void Process()
    {
        IReadOnlyList<PeerNameRegistration> registrations =
            Registrations.Select(Await(Peer.Pnrp.GetRegistrationsAsync), Peer.Identities, Cloud, Identity);
        if (Name is null)
        {
            Write(registrations);
            return;
        }

        foreach (string name in Name)
        {
            Report(() => Write(Registrations.Find(registrations, name)));
        }
    }

    private void Write(IReadOnlyList<PeerNameRegistration> registrations)
    {
        foreach (PeerNameRegistration registration in registrations)
        {
            WriteWithNode(registration);
        }
    }
}
