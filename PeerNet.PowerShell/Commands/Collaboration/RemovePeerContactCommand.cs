using System.Management.Automation;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Core;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Removes contacts: who is none sees what strangers see.</summary>
[Cmdlet(
    VerbsCommon.Remove, "PeerContact", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Remove-PeerContact" + HelpPages.Extension)]
[OutputType(typeof(void))]
public sealed class RemovePeerContactCommand : CollaborationCmdlet
{
    /// <summary>The contacts.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [ContactTransformation]
    [ArgumentCompleter(typeof(ContactCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Contact { get; set; } = [];

    private protected override object? Input => Contact;

    private protected override void Process()
    {
        foreach (string name in Contact)
        {
            Report(() => Remove(name));
        }
    }

    private void Remove(string name)
    {
        if (Peer.Identities.List().Any(identity => identity.PeerName.Value == name))
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"'{name}' is an identity of this node: one's own contact cannot be removed. Disconnect-PeerCollaboration signs out.", name);
        }

        PeerContact contact = GetContact(name);
        if (ShouldProcess(People.Describe(contact), $"Remove the contact and its key {contact.Fingerprint}"))
        {
            Await(token => Collaboration.RemoveContactAsync(contact.PeerName, token));
        }
    }
}
