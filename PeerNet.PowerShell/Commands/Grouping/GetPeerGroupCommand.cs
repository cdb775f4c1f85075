using System.Management.Automation;
using PeerNet.Engine.Grouping;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows the groups that a node is in.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerGroup",
    HelpUri = HelpPages.Root + "Get-PeerGroup" + HelpPages.Extension)]
[OutputType(typeof(PeerGroup))]
public sealed class GetPeerGroupCommand : GroupCmdlet
{
    /// <summary>Peer names of groups, or what they are called; wildcards are matched with that.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PeerName")]
    [SupportsWildcards]
    [GroupTransformation]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>Only those that this identity is a member of.</summary>
    [Parameter]
    [IdentityTransformation]
    [ArgumentCompleter(typeof(IdentityCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Identity { get; set; }

    private protected override object? Input => Name;

    private protected override void Process()
    {
        string? identity = GetIdentity(Identity);
        PeerGroup[] groups = [.. ListGroups().Where(group => identity is null || group.Identity == identity)];
        if (Name is null)
        {
            Write(groups);
            return;
        }

        foreach (string name in Name)
        {
            Report(() => Write(GroupNames.Find(groups, name, NodeHost.Name)));
        }
    }

    private void Write(IReadOnlyList<PeerGroup> groups)
    {
        foreach (PeerGroup group in groups)
        {
            WriteGroup(group);
        }
    }
}
