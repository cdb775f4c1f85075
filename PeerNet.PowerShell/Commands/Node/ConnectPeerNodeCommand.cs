using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PeerNet.Engine.Node;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Commands;

/// <summary>Makes a running node of this process the current node of this runspace.</summary>
[Cmdlet(
    VerbsCommunications.Connect, "PeerNode", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Connect-PeerNode" + HelpPages.Extension)]
[OutputType(typeof(PeerNodeStatus))]
public sealed class ConnectPeerNodeCommand : PeerCmdlet
{
    /// <summary>The node's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [NodeTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Writes the node.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Input => Name;

    private protected override void Process()
    {
        NodeHost node = NodeRegistry.Get(Name);
        if (!ShouldProcess(node.Name, "Make current node"))
        {
            return;
        }

        NodeRegistry.SetCurrent(Runspace.DefaultRunspace, node);
        if (PassThru)
        {
            WriteObject(NodeOutput.Create(node));
        }
    }
}
