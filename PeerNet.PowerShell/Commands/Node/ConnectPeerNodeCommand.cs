using System.Management.Automation;
using System.Management.Automation.Runspaces;
using PeerNet.Engine.Core;
using PeerNet.Engine.Node;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;
using PeerNet.PowerShell.Hosting;
using PeerNet.PowerShell.Remoting;

namespace PeerNet.PowerShell.Commands;

/// <summary>Makes a running node, of this process or of another one, the current node of this runspace.</summary>
[Cmdlet(
    VerbsCommunications.Connect, "PeerNode", DefaultParameterSetName = NameSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Connect-PeerNode" + HelpPages.Extension)]
[OutputType(typeof(PeerNodeStatus))]
public sealed class ConnectPeerNodeCommand : PeerCmdlet
{
    private const string NameSet = "Name";
    private const string ProcessSet = "ProcessId";
    private const string PathSet = "StatePath";
    private const string SessionSet = "Session";

    /// <summary>The node's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = NameSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [NodeTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The process that has the node.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ProcessSet)]
    [ArgumentCompleter(typeof(OwnerCompleter))]
    [ValidateRange(1, int.MaxValue)]
    public int ProcessId { get; set; }

    /// <summary>The node's state folder.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet)]
    [ValidateNotNullOrEmpty]
    public string StatePath { get; set; } = "";

    /// <summary>Sessions on other machines, whose nodes are meant.</summary>
    [Parameter(Mandatory = true, ParameterSetName = SessionSet)]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public PSSession[] Session { get; set; } = [];

    /// <summary>Writes the node.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Input => ParameterSetName switch
    {
        ProcessSet => ProcessId,
        PathSet => StatePath,
        SessionSet => Session,
        _ => Name,
    };

    private protected override void Process()
    {
        if (ParameterSetName == SessionSet)
        {
            ConnectSessions();
        }
        else if (FindHere() is { } here)
        {
            Connect(here.Name, () => NodeRegistry.SetCurrent(Runspace.DefaultRunspace, here), () => WriteObject(NodeOutput.Create(here)));
        }
        else
        {
            RemoteNode there = FindThere();
            Connect(there.Name, () => NodeRegistry.SetCurrentRemote(Runspace.DefaultRunspace, there), () => WriteNode(there));
        }
    }

    private protected override void WriteHere(object? value) => WriteObject(
        value is PSObject { BaseObject: PeerNodeStatus status } ? NodeOutput.Create(status, isCurrent: true) : value);

    private void ConnectSessions()
    {
        if (Session.FirstOrDefault(session => !SessionCall.IsOpen(session)) is { } lost)
        {
            throw SessionCall.Lost(lost);
        }

        Connect(
            string.Join(", ", Session.Select(session => session.ComputerName)),
            () => NodeRegistry.SetCurrentSessions(Runspace.DefaultRunspace, Session),
            () => SessionCall.Run(this, Session, "Get-PeerNode", []));
    }

    private NodeHost? FindHere() => ParameterSetName switch
    {
        ProcessSet => ProcessId == Environment.ProcessId && NodeRegistry.All is [var first, ..] ? first : null,
        PathSet => NodeRegistry.All.FirstOrDefault(node => node.Engine.GetStatus().StorePath == OutputFile.Resolve(this, StatePath)),
        _ => NodeRegistry.Find(Name),
    };

    private RemoteNode FindThere()
    {
        RemoteNode? found = ParameterSetName switch
        {
            ProcessSet => RemoteNode.FindAll().FirstOrDefault(node => node.Owner.ProcessId == ProcessId),
            PathSet => RemoteNode.FindAt(OutputFile.Resolve(this, StatePath)),
            _ => RemoteNode.Find(Name),
        };
        return found is not null && found.IsReachable() ? found : throw NotFound();
    }

    private PeerException NotFound() => ParameterSetName switch
    {
        ProcessSet => PeerErrors.NodeNotFound.Exception(
            $"The process {ProcessId} has no node, or is not yours. Get-PeerNode shows all that you can connect to.", ProcessId),
        PathSet => PeerErrors.NodeNotFound.Exception($"No process has a node in '{PeerText.Escape(StatePath)}'.", StatePath),
        _ => NodeRegistry.NotFound(Name),
    };

    private void Connect(string name, Action connect, Action write)
    {
        if (!ShouldProcess(name, "Make current node"))
        {
            return;
        }

        connect();
        if (PassThru)
        {
            write();
        }
    }
}
