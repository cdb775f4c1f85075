using System.IO.Enumeration;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Net;
using System.Net.NetworkInformation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Node;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Commands;

/// <summary>Starts a node.</summary>
[Cmdlet(
    VerbsLifecycle.Start, "PeerNode", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Start-PeerNode" + HelpPages.Extension)]
[OutputType(typeof(PeerNodeStatus))]
public sealed class StartPeerNodeCommand : PeerCmdlet
{
    /// <summary>The node's name in this process.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [ValidateForm(ValidateFormAttribute.Name, ValidateFormAttribute.NameDescription)]
    [NoCompletion]
    public string Name { get; set; } = NodeRegistry.DefaultName;

    /// <summary>Gives the node a runspace of its own, in which the actions of its events run.</summary>
    [Parameter]
    public SwitchParameter Background { get; set; }

    /// <summary>The algorithms that the node speaks.</summary>
    [Parameter]
    public PeerSuite Suite { get; set; }

    /// <summary>The folder that keeps the node's state.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StatePath { get; set; }

    /// <summary>Components to start now rather than on first use.</summary>
    [Parameter]
    public PeerComponent[] Component { get; set; } = [];

    /// <summary>The port of PNRP.</summary>
    [Parameter]
    [ValidateRange(PeerNodeOptions.LowestPnrpPort, IPEndPoint.MaxPort)]
    [NoCompletion]
    public int PnrpPort { get; set; }

    /// <summary>The port of graphs and groups.</summary>
    [Parameter]
    [ValidateRange(1, IPEndPoint.MaxPort)]
    [NoCompletion]
    public int GroupPort { get; set; }

    /// <summary>The port of content retrieval.</summary>
    [Parameter]
    [ValidateRange(1, IPEndPoint.MaxPort)]
    [NoCompletion]
    public int RetrievalPort { get; set; }

    /// <summary>The port of content discovery.</summary>
    [Parameter]
    [ValidateRange(1, IPEndPoint.MaxPort)]
    [NoCompletion]
    public int DiscoveryPort { get; set; } = PeerNodeOptions.DefaultDiscoveryPort;

    /// <summary>The local addresses to use.</summary>
    [Parameter]
    [AddressTransformation]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public IPAddress[] ListenAddress { get; set; } = [];

    /// <summary>The network interfaces to use, by name or wildcard.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(InterfaceCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Interface { get; set; } = [];

    /// <summary>Nodes to ask first, each in the clouds in which it can be reached.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ValidateSeed]
    [NoCompletion]
    public string[] Seed { get; set; } = [];

    /// <summary>A file that the node logs to.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LogPath { get; set; }

    /// <summary>How much the node logs.</summary>
    [Parameter]
    public PeerLogLevel LogLevel { get; set; } = PeerLogLevel.Information;

    /// <summary>Has the node log to the operating system's log.</summary>
    [Parameter]
    public SwitchParameter LogToSystem { get; set; }

    /// <summary>Where the node serves its metrics to Prometheus.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ValidateHttpPrefix]
    [NoCompletion]
    public string? MetricsPrefix { get; set; }

    /// <summary>Restarts a node that runs with other settings.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes the node.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Input => Name;

    private protected override void Process()
    {
        PeerNodeOptions options = GetOptions();
        if (!ShouldProcess(Name, "Start node") || !MakeRoom(options))
        {
            return;
        }

        try
        {
            Start(options);
        }
        catch (PeerException failure)
        {
            ThrowTerminatingError(ErrorRecords.From(failure, Name));
        }
    }

    private void Start(PeerNodeOptions options)
    {
        Runspace owner = Runspace.DefaultRunspace;
        Func<BackgroundRunspace>? openBackground = Background ? OpenBackground() : null;
        NodeHost node = Await(token => NodeRegistry.StartAsync(options, owner, openBackground, token)).Node;
        try
        {
            StartComponents(node);
        }
        catch
        {
            NodeRegistry.StopAsync(node, farewell: false, CancellationToken.None).GetAwaiter().GetResult();
            throw;
        }

        WarnOfAbsentInterfaces();
        WarnOf(node);
        if (PassThru)
        {
            WriteObject(NodeOutput.Create(node));
        }
    }

    // A cable may be plugged in later; a name that is misspelt should not wait for that.
    private void WarnOfAbsentInterfaces()
    {
        string[] present = [.. NetworkInterface.GetAllNetworkInterfaces().Select(adapter => adapter.Name)];
        foreach (string name in Interface)
        {
            if (!present.Any(adapter => FileSystemName.MatchesSimpleExpression(name, adapter, ignoreCase: true)))
            {
                WriteWarning($"This machine has no interface '{name}' at present. It has: {string.Join(", ", present)}.");
            }
        }
    }

    private void StartComponents(NodeHost node)
    {
        if (Component.Length == 0)
        {
            return;
        }

        var progress = new PumpProgress("Starting", Name, limit: null);
        if (Component.Any(component => component is PeerComponent.Pnrp or PeerComponent.All))
        {
            Await(node.Engine.StartPnrpAsync, progress);
        }

        if (Component.Any(component => component is PeerComponent.Graph or PeerComponent.All))
        {
            Await(node.Engine.StartGraphsAsync, progress);
        }

        if (Component.Any(component => component is PeerComponent.Distribution or PeerComponent.All))
        {
            Await(node.Engine.StartDistributionAsync, progress);
        }

        PeerNodeStatus status = node.GetStatus();
        WriteVerbose($"The node '{Name}' listens on {string.Join(", ", status.Ports.Select(port => $"{port.Key} {port.Value}"))}.");
    }

    // False where the node that is asked for runs already.
    private bool MakeRoom(PeerNodeOptions options)
    {
        if (NodeRegistry.Find(Name) is not { } running)
        {
            return true;
        }

        if (!Force)
        {
            if (!IsSame(running, options))
            {
                ThrowTerminatingError(ErrorRecords.From(
                    PeerErrors.AlreadyExists.Exception(
                        $"The node '{Name}' runs with other settings. Use -Force to restart it with these."),
                    Name));
            }

            WriteWarning($"The node '{Name}' is running already.");
            if (PassThru)
            {
                WriteObject(NodeOutput.Create(running));
            }

            return false;
        }

        Await(token => NodeRegistry.StopAsync(running, farewell: true, token), new PumpProgress("Stopping", Name, limit: null));
        return true;
    }

    private bool IsSame(NodeHost running, PeerNodeOptions options)
    {
        PeerNodeOptions current = running.Engine.Options;
        return running.Background is not null == Background
            && current.Suite == options.Suite
            && current.StatePath == options.StatePath
            && current.PnrpPort == options.PnrpPort
            && current.GroupPort == options.GroupPort
            && current.RetrievalPort == options.RetrievalPort
            && current.DiscoveryPort == options.DiscoveryPort
            && current.ListenAddresses.SequenceEqual(options.ListenAddresses)
            && current.Interfaces.SequenceEqual(options.Interfaces, StringComparer.OrdinalIgnoreCase)
            && current.Seeds.SequenceEqual(options.Seeds)
            && current.LogPath == options.LogPath
            && current.LogLevel == options.LogLevel
            && current.LogToSystem == options.LogToSystem
            && current.MetricsPrefix == options.MetricsPrefix;
    }

    private PeerNodeOptions GetOptions() => new()
    {
        Name = Name,
        Suite = (Engine.Security.PeerSuite)Suite,
        StatePath = StatePath is null ? null : OutputFile.Resolve(this, StatePath),
        PnrpPort = IsBound(nameof(PnrpPort)) ? PnrpPort : null,
        GroupPort = IsBound(nameof(GroupPort)) ? GroupPort : null,
        RetrievalPort = IsBound(nameof(RetrievalPort)) ? RetrievalPort : null,
        DiscoveryPort = DiscoveryPort,
        ListenAddresses = ListenAddress,
        Interfaces = Interface,
        Seeds = Seed,
        LogPath = LogPath is null ? null : OutputFile.Resolve(this, LogPath),
        LogLevel = (Engine.Node.Monitoring.PeerLogLevel)LogLevel,
        LogToSystem = LogToSystem,
        MetricsPrefix = MetricsPrefix,
    };

    private bool IsBound(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    private Func<BackgroundRunspace> OpenBackground()
    {
        string name = Name;
        System.Management.Automation.Host.PSHost host = Host;
        string module = MyInvocation.MyCommand.Module.Path;
        return () => BackgroundRunspace.Open(name, host, module);
    }
}
