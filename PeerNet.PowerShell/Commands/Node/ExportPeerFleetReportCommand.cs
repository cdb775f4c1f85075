using System.Management.Automation;
using System.Text;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;
using PeerNet.PowerShell.Fleet;

namespace PeerNet.PowerShell.Commands;

/// <summary>Writes what Get-PeerFleet has shown as a page for a browser.</summary>
[Cmdlet(
    VerbsData.Export, "PeerFleetReport", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Export-PeerFleetReport" + HelpPages.Extension)]
[OutputType(typeof(FileInfo))]
public sealed class ExportPeerFleetReportCommand : PeerCmdlet
{
    private readonly List<PeerFleetNode> _samples = [];

    /// <summary>The file: .html.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("LiteralPath")]
    [ValidateForm(@"\.html?\z", "the path of a page, which ends in .html")]
    public string Path { get; set; } = "";

    /// <summary>What Get-PeerFleet wrote; of one node that was asked several times, curves are drawn.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [CopyTransformation]
    [NoCompletion]
    public PeerFleetNode[] InputObject { get; set; } = [];

    /// <summary>What the page is called.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public string Title { get; set; } = "PeerNet fleet";

    /// <summary>Overwrites a file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override object? Input => Path;

    private protected override bool IsInputOne => true;

    private protected override void Process() => _samples.AddRange(InputObject);

    private protected override void Finish()
    {
        string path = OutputFile.Resolve(this, Path);
        IReadOnlyList<FleetMachine> machines = FleetMachine.Group(_samples);
        if (!ShouldProcess(path, $"Write a report of {machines.Count} {(machines.Count == 1 ? "node" : "nodes")}"))
        {
            return;
        }

        OutputFile.Write(path, Encoding.UTF8.GetBytes(FleetPage.Write(machines, Title)), Force);
        if (PassThru)
        {
            WriteFile(path);
        }
    }
}
