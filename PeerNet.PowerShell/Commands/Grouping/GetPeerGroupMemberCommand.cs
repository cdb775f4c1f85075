using System.Management.Automation;
using PeerNet.Engine.Grouping;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows the members of a group that are known here.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerGroupMember",
    HelpUri = HelpPages.Root + "Get-PeerGroupMember" + HelpPages.Extension)]
[OutputType(typeof(PeerGroupMember))]
public sealed class GetPeerGroupMemberCommand : GroupCmdlet
{
    /// <summary>The groups.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [GroupTransformation]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Group { get; set; } = [];

    /// <summary>Only the members with these peer names, or that are called so.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [MemberTransformation]
    [ArgumentCompleter(typeof(MemberCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? PeerName { get; set; }

    /// <summary>Only the members that are called so; wildcards are allowed.</summary>
    [Parameter(Position = 1)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(MemberCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? FriendlyName { get; set; }

    /// <summary>Only the members that make their presence known.</summary>
    [Parameter]
    public SwitchParameter Present { get; set; }

    private protected override object? Input => Group;

    private protected override void Process()
    {
        foreach (string name in Group)
        {
            Report(() => Show(GetOpenGroup(name)));
        }
    }

    private void Show(PeerGroup group)
    {
        PeerGroupMember[] members = [.. GetMembers(group).Where(member => !Present || member.IsPresent)];

        // A group that comes through the pipeline brings its own peer name along, which no member has.
        string[] names = [.. (PeerName ?? []).Where(name => name != group.PeerName)];
        IReadOnlyList<PeerGroupMember> found = names.Length == 0
            ? members
            : Select(names, name => [GroupNames.GetMember(members, name, group)]);
        found = FriendlyName is null ? found : Select(FriendlyName, name => GroupNames.FindMembers(found, name, group));
        foreach (PeerGroupMember member in found)
        {
            WriteWithNode(member);
        }
    }

    // Each name that nobody has is an error of its own.
    private PeerGroupMember[] Select(string[] names, Func<string, PeerGroupMember[]> find)
    {
        List<PeerGroupMember> selected = [];
        foreach (string name in names)
        {
            Report(() => selected.AddRange(find(name)));
        }

        return [.. selected.DistinctBy(member => member.PeerName)];
    }
}
