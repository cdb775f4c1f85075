using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Downloads content from whoever is closest, and checks every byte.</summary>
[Cmdlet(VerbsCommunications.Receive, "PeerContent", DefaultParameterSetName = InformationSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(PeerContentReceipt), typeof(FileInfo))]
public sealed class ReceivePeerContentCommand : NodeCmdlet
{
    private const string InformationSet = "Information";
    private const string UriSet = "Uri";

    /// <summary>Content information, or the file that holds it.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = InformationSet, ValueFromPipeline = true)]
    [ValidateNotNull]
    public object? Information { get; set; }

    /// <summary>The address of the content.</summary>
    [Parameter(Mandatory = true, ParameterSetName = UriSet, ValueFromPipelineByPropertyName = true)]
    [ValidateWebAddress]
    public Uri? Uri { get; set; }

    /// <summary>The file to write, or a folder for it.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Writes the file instead of the receipt.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>The first byte wanted.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long Offset { get; set; }

    /// <summary>How many bytes are wanted.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long Length { get; set; }

    /// <summary>Where the plain content is, for what no peer has.</summary>
    [Parameter]
    [ValidateWebAddress]
    public Uri? SourceUri { get; set; }

    /// <summary>A file with the plain content, for what no peer has.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SourcePath { get; set; }

    /// <summary>What the cached segments are tagged with.</summary>
    [Parameter]
    public Guid Tag { get; set; }

    /// <summary>When to give up.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue / 1000)]
    public int TimeoutSeconds { get; set; }

    /// <summary>Leaves the cache of this node alone.</summary>
    [Parameter]
    public SwitchParameter NoCache { get; set; }

    /// <summary>Overwrites the file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? Input => Uri ?? Information;

    private protected override void Process()
    {
        PeerContentInformation? information = Uri is null ? ReadInformation() : null;
        string file = GetFile(information);
        PeerReceiveRequest request = CreateRequest(information, file);
        if (!ShouldProcess(file, $"Receive {Uri?.AbsoluteUri ?? information!.ToString()}"))
        {
            return;
        }

        var progress = new TransferProgress("Receiving", System.IO.Path.GetFileName(file));
        PeerContentReceipt receipt = Await(token => Peer.Distribution.ReceiveAsync(request, progress, token), progress);
        if (!receipt.Verified)
        {
            WriteWarning($"'{Uri}' came without content information: '{file}' is what the server sent, unchecked.");
        }

        if (PassThru)
        {
            WriteObject(new FileInfo(file));
        }
        else
        {
            WriteWithNode(receipt);
        }
    }

    private PeerContentInformation ReadInformation()
    {
        object? value = Information is PSObject wrapped ? wrapped.BaseObject : Information;
        switch (value)
        {
            case PeerContentInformation information:
                return information;
            case string or FileInfo:
                string path = value is FileInfo named ? named.FullName : OutputFile.Resolve(this, (string)value);
                byte[] content = InputFiles.Read(path, PeerContentInformation.MaximumEncodedLength, "content information");
                return Peer.Distribution.ReadInformation(content, path);
            default:
                throw PeerErrors.InvalidArgument.Exception(
                    $"'{value}' is neither content information nor the path of a file that holds it.", value);
        }
    }

    // A folder, or nothing, means the name that the content has where it comes from.
    private string GetFile(PeerContentInformation? information)
    {
        string path = OutputFile.Resolve(this, OutFile ?? ".");
        if (!Directory.Exists(path))
        {
            return path;
        }

        string? name = Uri is null ? System.IO.Path.GetFileName(information!.ContentId) : GetName(Uri);
        return string.IsNullOrEmpty(name) || OutFile is null && Uri is null
            ? throw PeerErrors.InvalidArgument.Exception("The content has no name of its own: name the file with -OutFile.", Input)
            : System.IO.Path.Combine(path, name);
    }

    // What a server calls a file must not choose a folder.
    private static string GetName(Uri uri)
    {
        string name = System.Uri.UnescapeDataString(uri.Segments[^1].TrimEnd('/'));
        return name.IndexOfAny(System.IO.Path.GetInvalidFileNameChars()) >= 0 || name is "." or ".." ? "" : name;
    }

    private PeerReceiveRequest CreateRequest(PeerContentInformation? information, string file) => new()
    {
        Information = information,
        Uri = Uri,
        Path = file,
        Overwrite = Force,
        Offset = Offset,
        Length = MyInvocation.BoundParameters.ContainsKey(nameof(Length)) ? Length : null,
        SourceUri = SourceUri,
        SourcePath = SourcePath is null ? null : OutputFile.Resolve(this, SourcePath),
        Tag = Tag,
        NoCache = NoCache,
        Timeout = TimeoutSeconds == 0 ? null : TimeSpan.FromSeconds(TimeoutSeconds),
    };
}
