using System.Management.Automation;
using PeerNet.Engine.Grouping;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Leaves a group. Its database and credentials stay.</summary>
[Cmdlet(
    VerbsCommunications.Disconnect, "PeerGroup", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Disconnect-PeerGroup" + HelpPages.Extension)]
[OutputType(typeof(void))]
public sealed class DisconnectPeerGroupCommand : GroupCmdlet
{
    /// <summary>The groups.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [GroupTransformation]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Group { get; set; } = [];

    private protected override object? Input => Group;

    private protected override void Process()
    {
        foreach (string name in Group)
        {
            Report(() => Leave(GetGroup(name)));
        }
    }

    // One that could not be opened at the start of the node can be left as well.
    private void Leave(PeerGroup group)
    {
        if (!group.IsPersistent)
        {
            GroupNames.RequireOpen(group);
        }

        if (ShouldProcess(GroupNames.Describe(group), "Leave the group"))
        {
            Await(
                token => Groups.DisconnectAsync(group.PeerName, token),
                new PumpProgress("Leaving", group.FriendlyName, limit: null));
        }
    }
}
