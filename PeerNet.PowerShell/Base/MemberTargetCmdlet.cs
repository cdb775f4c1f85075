using System.Management.Automation;
using PeerNet.Engine.Grouping;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Base;

/// <summary>A cmdlet that works on members: those that Get-PeerGroupMember wrote, or those of a name in a group.</summary>
public abstract class MemberTargetCmdlet : GroupCmdlet
{
    private protected const string MemberSet = "Member";
    private protected const string NameSet = "Name";

    /// <summary>The members, as Get-PeerGroupMember wrote them.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = MemberSet, ValueFromPipeline = true)]
    [CopyTransformation]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public PeerGroupMember[] Member { get; set; } = [];

    /// <summary>The group.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = NameSet, ValueFromPipelineByPropertyName = true)]
    [GroupTransformation]
    [ArgumentCompleter(typeof(GroupCompleter))]
    [ValidateNotNullOrEmpty]
    public string Group { get; set; } = "";

    /// <summary>The peer names of the members, or what they are called.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = NameSet, ValueFromPipelineByPropertyName = true)]
    [MemberTransformation]
    [ArgumentCompleter(typeof(MemberCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] PeerName { get; set; } = [];

    private protected override object? Input => ParameterSetName == MemberSet ? Member : PeerName;

    /// <summary>Does the work for one member.</summary>
    /// <param name="group">Its group.</param>
    /// <param name="member">The member.</param>
    /// <param name="all">All members of the group.</param>
    private protected abstract void Process(PeerGroup group, PeerGroupMember member, IReadOnlyList<PeerGroupMember> all);

    private protected sealed override void Process()
    {
        if (ParameterSetName == MemberSet)
        {
            foreach (PeerGroupMember member in Member)
            {
                Report(() => Process(member.Group, member.PeerName));
            }

            return;
        }

        foreach (string name in PeerName)
        {
            Report(() => Process(Group, name));
        }
    }

    private void Process(string groupName, string memberName)
    {
        PeerGroup group = GetOpenGroup(groupName);
        IReadOnlyList<PeerGroupMember> all = GetMembers(group);
        Process(group, GroupNames.GetMember(all, memberName, group), all);
    }
}
