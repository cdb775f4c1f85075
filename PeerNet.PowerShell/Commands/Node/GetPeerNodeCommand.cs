using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PeerNet.Engine.Node;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;
using PeerNet.PowerShell.Hosting;
using PeerNet.PowerShell.Remoting;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows the nodes of this process, and those of the user's other processes.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerNode",
    HelpUri = HelpPages.Root + "Get-PeerNode" + HelpPages.Extension)]
[OutputType(typeof(PeerNodeStatus))]
public sealed class GetPeerNodeCommand : PeerCmdlet, IServedCommand
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
        // For another process: the node that it asks.
        if (ServedCall.In(Runspace.DefaultRunspace) is not null)
        {
            Write([NodeRegistry.GetCurrent(Runspace.DefaultRunspace)!]);
            return;
        }

        if (Name is not null)
        {
            foreach (string name in Name)
            {
                Report(() => WriteNamed(name));
            }

            return;
        }

        // As they are now: what comes next in the pipeline may stop them.
        IReadOnlyList<NodeHost> all = NodeRegistry.All;
        Write(all);
        if (WriteOthers(_ => true) + all.Count == 0)
        {
            var stopped = new PeerNodeStatus { Name = NodeRegistry.DefaultName, State = PeerNodeState.Stopped };
            WriteObject(NodeOutput.Create(stopped, isCurrent: false));
        }
    }

    private protected override void WriteHere(object? value)
    {
        if (value is PSObject { BaseObject: PeerNodeStatus status })
        {
            bool isCurrent = NodeRegistry.GetCurrentRemote(Runspace.DefaultRunspace)?.Owner.StatePath == status.StorePath;
            WriteObject(NodeOutput.Create(status, isCurrent));
        }
    }

    private void WriteNamed(string name)
    {
        if (NodeRegistry.Find(name) is { } here)
        {
            Write([here]);
        }
        else if (WildcardPattern.ContainsWildcardCharacters(name))
        {
            WildcardPattern pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
            Write(NodeRegistry.All.Where(node => pattern.IsMatch(node.Name)));
            WriteOthers(node => pattern.IsMatch(node.Name));
        }
        else if (WriteOthers(node => node.IsCalled(name)) == 0)
        {
            _ = NodeRegistry.Get(name);
        }
    }

    // The nodes of other processes; one that ends meanwhile is none.
    private int WriteOthers(Func<RemoteNode, bool> isWanted)
    {
        int written = 0;
        foreach (RemoteNode node in RemoteNode.FindAll().Where(isWanted).Where(node => node.IsReachable()))
        {
            WriteNode(node);
            written++;
        }

        return written;
    }

    private void Write(IEnumerable<NodeHost> nodes)
    {
        foreach (NodeHost node in nodes)
        {
            WriteObject(NodeOutput.Create(node));
        }
    }
}
