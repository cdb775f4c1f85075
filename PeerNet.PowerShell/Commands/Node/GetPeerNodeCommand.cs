using System.Management.Automation;
using PeerNet.Engine.Node;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows the nodes of this process.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerNode",
    HelpUri = HelpPages.Root + "Get-PeerNode" + HelpPages.Extension)]
[OutputType(typeof(PeerNodeStatus))]
public sealed class GetPeerNodeCommand : PeerCmdlet
{
    /// <summary>Names of nodes; wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NodeTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    private protected override object? Input => Name;

    private protected override void Process()
    {
        if (Name is not null)
        {
            foreach (string name in Name)
            {
                Report(() => Write(Find(name)));
            }

            return;
        }

        // As they are now: what comes next in the pipeline may stop them.
        IReadOnlyList<NodeHost> all = NodeRegistry.All;
        Write(all);
        if (all.Count == 0)
        {
            var stopped = new PeerNodeStatus { Name = NodeRegistry.DefaultName, State = PeerNodeState.Stopped };
            WriteObject(NodeOutput.Create(stopped, isCurrent: false));
        }
    }

    private static IEnumerable<NodeHost> Find(string name)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(name))
        {
            return [NodeRegistry.Get(name)];
        }

        WildcardPattern pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
        return NodeRegistry.All.Where(node => pattern.IsMatch(node.Name));
    }

    private void Write(IEnumerable<NodeHost> nodes)
    {
        foreach (NodeHost node in nodes)
        {
            WriteObject(NodeOutput.Create(node));
        }
    }
}
