using System.Management.Automation;
using PeerNet.Engine.Distribution;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Takes a package, or a file whose content information is known, into the data cache.</summary>
[Cmdlet(
    VerbsData.Import, "PeerCache", DefaultParameterSetName = PackageSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Import-PeerCache" + HelpPages.Extension)]
[OutputType(typeof(PeerCacheImportResult))]
public sealed class ImportPeerCacheCommand : NodeCmdlet
{
    private const string PackageSet = "Package";
    private const string DataSet = "Data";

    private object? _input;

    /// <summary>The packages, or with <see cref="Information"/> the file that has the content; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PackageSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = DataSet, ValueFromPipelineByPropertyName = true)]
    [PathTransformation]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>What the file must be: content information, or the file that holds it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DataSet)]
    [InformationTransformation]
    [ValidateNotNull]
    public object? Information { get; set; }

    /// <summary>What the segments are tagged with.</summary>
    [Parameter]
    [NoCompletion]
    public Guid Tag { get; set; }

    private protected override object? Input => _input ?? Information;

    private protected override void Process()
    {
        PeerContentInformation? information =
            Information is null ? null : InformationInput.Read(this, Peer.Distribution, Information);
        foreach (string file in Path.SelectMany(path => InputFiles.Expand(this, path)))
        {
            _input = file;
            Report(() => Import(file, information));
        }
    }

    private void Import(string file, PeerContentInformation? information)
    {
        if (!ShouldProcess(file, information is null ? "Take the package into the data cache" : "Take the content into the data cache"))
        {
            return;
        }

        var progress = new TransferProgress("Importing", System.IO.Path.GetFileName(file));
        PeerCacheImportResult result = Await(
            token => information is null
                ? Peer.Distribution.ImportCacheAsync(file, Tag, progress, token)
                : Peer.Distribution.ImportDataAsync(information, file, Tag, progress, token),
            progress);
        if (result.Rejected > 0)
        {
            WriteWarning($"{result.Rejected} blocks from '{file}' are not what they should be, and were left out.");
        }

        WriteWithNode(result);
    }
}
