using System.Management.Automation;
using PeerNet.Engine.Node;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows the nodes of this process.</summary>
[Cmdlet(VerbsCommon.Get, "PeerNode")]
[OutputType(typeof(PeerNodeStatus))]
public sealed class GetPeerNodeCommand : PeerCmdlet
{
    /// <summary>Names of nodes; wildcards are allowed.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    private protected override object? Input => Name;

    private protected override void Process()
    {
        WildcardPattern? pattern = Name is null ? null : WildcardPattern.Get(Name, WildcardOptions.IgnoreCase);
        IReadOnlyList<NodeHost> nodes = NodeRegistry.All;
        foreach (NodeHost node in nodes.Where(node => pattern is null || pattern.IsMatch(node.Name)))
        {
            WriteObject(NodeOutput.Create(node));
        }

        if (nodes.Count == 0 && Name is null)
        {
            var stopped = new PeerNodeStatus { Name = NodeRegistry.DefaultName, State = PeerNodeState.Stopped };
            WriteObject(NodeOutput.Create(stopped, isCurrent: false));
        }
    }
}
