using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PeerNet.Engine.Node;
using PeerNet.Engine.Node.Installation;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;
using PeerNet.PowerShell.Hosting;
using PeerNet.PowerShell.Remoting;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows the nodes of this process, those of the user's other processes, and those that are installed.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerNode",
    HelpUri = HelpPages.Root + "Get-PeerNode" + HelpPages.Extension)]
[OutputType(typeof(PeerNodeStatus))]
public sealed class GetPeerNodeCommand : PeerCmdlet, IServedCommand
{
    private readonly HashSet<string> _shown = [];
    private readonly InstalledNodes _installed = new();

    /// <summary>Names of nodes; wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [NodeTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>Sessions on other machines, whose nodes are meant.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public PSSession[]? Session { get; set; }

    private protected override PSSession[]? Sessions => Session ?? NodeRegistry.GetCurrentSessions(Runspace.DefaultRunspace);

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
        if (WriteOthers(_ => true) + all.Count + WriteInstalled(_ => true) == 0)
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
            WriteObject(NodeOutput.Create(_installed.Mark(status), isCurrent));
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
            WriteInstalled(node => pattern.IsMatch(node.Name));
        }
        else if (WriteOthers(node => node.IsCalled(name)) + WriteInstalled(node => node.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) == 0)
        {
            _ = NodeRegistry.Get(name);
        }
    }

    // The nodes of other processes; one that ends meanwhile is none.
    private int WriteOthers(Func<RemoteNode, bool> isWanted)
    {
        int written = 0;
        foreach (RemoteNode node in RemoteNode.FindAll().Where(isWanted).Where(IsReachable))
        {
            WriteNode(node);
            _shown.Add(node.Owner.StatePath);
            written++;
        }

        return written;
    }

    private bool IsReachable(RemoteNode node)
    {
        bool isReachable = false;
        Report(() => isReachable = node.IsReachable());
        return isReachable;
    }

    // The nodes that the operating system starts. Another user's can be asked by the administrator alone.
    private int WriteInstalled(Func<PeerNodeInstallation, bool> isWanted)
    {
        int written = 0;
        foreach (PeerNodeInstallation node in _installed.Except(_shown).Where(isWanted))
        {
            if (RemoteNode.FindAt(node.StatePath) is { } running && IsReachable(running))
            {
                WriteNode(running);
            }
            else
            {
                WriteObject(InstalledNodes.Show(node));
            }

            written++;
        }

        return written;
    }

    private void Write(IEnumerable<NodeHost> nodes)
    {
        foreach (NodeHost node in nodes)
        {
            PeerNodeStatus status = node.GetStatus();
            _shown.Add(status.StorePath);
            WriteObject(NodeOutput.Create(_installed.Mark(status), NodeRegistry.GetCurrent(Runspace.DefaultRunspace) == node));
        }
    }
}
