using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PeerNet.Engine.Node;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Hosting;
using PeerNet.PowerShell.Remoting;

namespace PeerNet.PowerShell.Commands;

/// <summary>Leaves the runspace without a current node; the node goes on.</summary>
[Cmdlet(
    VerbsCommunications.Disconnect, "PeerNode", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Disconnect-PeerNode" + HelpPages.Extension)]
[OutputType(typeof(PeerNodeStatus))]
public sealed class DisconnectPeerNodeCommand : PeerCmdlet
{
    /// <summary>Writes the node.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        Runspace runspace = Runspace.DefaultRunspace;
        NodeHost? here = NodeRegistry.GetCurrent(runspace);
        RemoteNode? there = NodeRegistry.GetCurrentRemote(runspace);
        PSSession[]? sessions = NodeRegistry.GetCurrentSessions(runspace);
        string? machines = sessions is null ? null : string.Join(", ", sessions.Select(session => session.ComputerName));
        if ((here?.Name ?? there?.Name ?? machines) is not { } name)
        {
            WriteWarning("This runspace has no current node.");
            return;
        }

        if (!ShouldProcess(name, "Disconnect from node"))
        {
            return;
        }

        NodeRegistry.ClearCurrent(runspace);
        if (PassThru && here is not null && NodeRegistry.IsRunning(here))
        {
            WriteObject(NodeOutput.Create(here));
        }
        else if (PassThru && there?.IsReachable() == true)
        {
            WriteNode(there);
        }
        else if (PassThru && sessions is not null)
        {
            SessionCall.Run(this, sessions, "Get-PeerNode", []);
        }
    }
}
