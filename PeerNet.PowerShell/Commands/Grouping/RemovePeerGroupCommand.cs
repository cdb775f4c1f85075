using System.Management.Automation;
using PeerNet.Engine.Grouping;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Deletes the database and the credentials of a group on this node. The group itself goes on with the other members.</summary>
[Cmdlet(
    VerbsCommon.Remove, "PeerGroup", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    HelpUri = HelpPages.Root + "Remove-PeerGroup" + HelpPages.Extension)]
[OutputType(typeof(void))]
public sealed class RemovePeerGroupCommand : GroupCmdlet
{
    /// <summary>The groups.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [GroupTransformation]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Group { get; set; } = [];

    /// <summary>Which of this node's members, where there are several.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [IdentityTransformation]
    [ArgumentCompleter(typeof(IdentityCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Identity { get; set; }

    /// <summary>Closes the group first where it is open.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? Input => Group;

    private protected override void Process()
    {
        foreach (string name in Group)
        {
            Report(() => Remove(name));
        }
    }

    private void Remove(string name)
    {
        string? identity = GetIdentity(Identity);
        PeerGroup group = GetGroup(name, identity);
        if (ShouldProcess(GroupNames.Describe(group), Describe(group)))
        {
            Await(
                token => Groups.RemoveAsync(group.PeerName, identity, Force, token),
                new PumpProgress("Removing", group.FriendlyName, limit: null));
        }
    }

    private static string Describe(PeerGroup group)
    {
        string key = group.HasGroupKey
            ? " The group's own key is here and is lost too: without another copy of it nobody can ever change the group's properties "
                + "or its password. Export-PeerIdentity -Group makes one."
            : "";
        return $"Delete the database and the credential of {group.Identity} on this node; other members keep theirs.{key}";
    }
}
