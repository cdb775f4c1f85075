using System.Management.Automation;
using PeerNet.Engine.Node;
using PeerNet.Engine.Node.Monitoring;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Changes what a running node logs and where to, and where it serves its metrics.</summary>
[Cmdlet(
    VerbsCommon.Set, "PeerNode", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Set-PeerNode" + HelpPages.Extension)]
[OutputType(typeof(PeerNodeStatus))]
public sealed class SetPeerNodeCommand : NodeCmdlet
{
    /// <summary>The node: its name, or what Get-PeerNode wrote.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [NodeTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [ValidateNotNullOrEmpty]
    public override string? Node { get; set; }

    /// <summary>How much it logs.</summary>
    [Parameter]
    public PeerLogLevel? LogLevel { get; set; }

    /// <summary>The file that it logs to; empty for none.</summary>
    [Parameter]
    [AllowEmptyString]
    public string? LogPath { get; set; }

    /// <summary>Where it serves its metrics to Prometheus; empty for nowhere.</summary>
    [Parameter]
    [AllowEmptyString]
    [ValidateForm(@"^(http://.+)?\z", "an address to serve under, such as http://127.0.0.1:9464/")]
    [NoCompletion]
    public string? MetricsPrefix { get; set; }

    /// <summary>Writes the node.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Input => Node;

    private protected override void Process()
    {
        string? path = string.IsNullOrEmpty(LogPath) ? null : OutputFile.Resolve(this, LogPath);
        string[] changes =
        [
            .. LogPath is null ? Array.Empty<string>() : [path is null ? "no log file" : $"log file {path}"],
            .. LogLevel is null ? Array.Empty<string>() : [$"log level {LogLevel}"],
            .. MetricsPrefix is null ? Array.Empty<string>() : [MetricsPrefix.Length == 0 ? "no metrics" : $"metrics at {MetricsPrefix}"],
        ];
        if (!ShouldProcess(NodeName, changes.Length == 0 ? "Change nothing" : $"Set {string.Join("; ", changes)}"))
        {
            return;
        }

        Configure(Peer.Monitoring, path);
        if (PassThru)
        {
            WriteObject(NodeOutput.Create(NodeHost));
        }
    }

    private void Configure(INodeMonitoring monitoring, string? path)
    {
        if (LogPath is not null)
        {
            monitoring.SetLogPath(path);
        }

        if (LogLevel is { } level)
        {
            monitoring.LogLevel = (Engine.Node.Monitoring.PeerLogLevel)level;
        }

        if (MetricsPrefix is not null)
        {
            Await(token => monitoring.SetMetricsPrefixAsync(MetricsPrefix.Length == 0 ? null : MetricsPrefix, token));
        }
    }
}
