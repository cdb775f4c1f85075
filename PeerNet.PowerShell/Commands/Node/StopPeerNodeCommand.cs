using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PeerNet.Engine.Node;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;
using PeerNet.PowerShell.Hosting;
using PeerNet.PowerShell.Remoting;

namespace PeerNet.PowerShell.Commands;

/// <summary>Stops a node: withdraws its names, tells its neighbours, then closes.</summary>
[Cmdlet(
    VerbsLifecycle.Stop, "PeerNode", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Stop-PeerNode" + HelpPages.Extension)]
[OutputType(typeof(PeerNodeStatus))]
public sealed class StopPeerNodeCommand : PeerCmdlet, IServedCommand
{
    /// <summary>The node to stop; the current one where none is named.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [NodeTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Node { get; set; }

    /// <summary>How long the farewell may take.</summary>
    [Parameter]
    [ValidateRange(1, 600)]
    [NoCompletion]
    public int TimeoutSeconds { get; set; } = 10;

    /// <summary>Closes without a farewell.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes the stopped node.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Sessions on other machines, whose nodes are meant.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public PSSession[]? Session { get; set; }

    private protected override PSSession[]? Sessions => Session ?? NodeRegistry.GetCurrentSessions(Runspace.DefaultRunspace);

    private protected override object? Input => Node;

    private protected override void Process()
    {
        NodeHost? node = Find();
        if (node is null)
        {
            WriteWarning("No node is running.");
            return;
        }

        if (!ShouldProcess(node.Name, Force ? "Close node without farewell" : "Withdraw names and stop node"))
        {
            return;
        }

        PeerNodeStatus last = node.GetStatus();
        Stop(node);
        ForgetCurrent(node);
        foreach (string warning in node.Engine.TakeWarnings())
        {
            WriteWarning(PeerText.Escape(warning));
        }

        if (PassThru)
        {
            WriteObject(NodeOutput.Create(last with { State = PeerNodeState.Stopped, Components = [] }, isCurrent: false));
        }
    }

    private protected override RemoteNode? FindRemote() => NodeRegistry.FindRemote(Runspace.DefaultRunspace, Node);

    private NodeHost? Find() => Node is not null
        ? NodeRegistry.Get(Node)
        : NodeRegistry.GetCurrent(Runspace.DefaultRunspace) is { } current && NodeRegistry.IsRunning(current)
            ? current
            : NodeRegistry.Find(NodeRegistry.DefaultName);

    private void Stop(NodeHost node)
    {
        var limit = TimeSpan.FromSeconds(TimeoutSeconds);
        using var timeout = new CancellationTokenSource(limit);
        try
        {
            Await(
                async token =>
                {
                    using var either = CancellationTokenSource.CreateLinkedTokenSource(token, timeout.Token);
                    await NodeRegistry.StopAsync(node, farewell: !Force, either.Token).ConfigureAwait(false);
                },
                new PumpProgress("Stopping", node.Name, limit));
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            WriteWarning(
                $"The farewell of '{node.Name}' took longer than {TimeoutSeconds} seconds. The node is closed; "
                + "its neighbours will find out by themselves.");
        }
    }

    private static void ForgetCurrent(NodeHost node)
    {
        Runspace runspace = Runspace.DefaultRunspace;
        if (NodeRegistry.GetCurrent(runspace) == node)
        {
            NodeRegistry.ClearCurrent(runspace);
        }
    }
}
