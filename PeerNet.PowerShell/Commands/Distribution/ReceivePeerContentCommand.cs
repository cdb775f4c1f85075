using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;
using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Commands;

/// <summary>Downloads content from whoever is closest, and checks every byte.</summary>
[Cmdlet(
    VerbsCommunications.Receive, "PeerContent", DefaultParameterSetName = InformationSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Receive-PeerContent" + HelpPages.Extension)]
[OutputType(typeof(PeerContentReceipt), typeof(FileInfo))]
public sealed class ReceivePeerContentCommand : NodeCmdlet
{
    private const string InformationSet = "Information";
    private const string UriSet = "Uri";

    // Few enough for a link, and for what a machine has to do meanwhile.
    private const int DefaultThrottleLimit = 4;
    private const int MaximumThrottleLimit = 64;

    private readonly HashSet<(string Content, long Offset, long Length, string File)> _received = [];
    private ParallelWork<PeerContentReceipt>? _downloads;

    /// <summary>Content information, or the file that holds it.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = InformationSet, ValueFromPipeline = true)]
    [InformationTransformation]
    [ValidateNotNull]
    public object? Information { get; set; }

    /// <summary>The address of the content.</summary>
    [Parameter(Mandatory = true, ParameterSetName = UriSet, ValueFromPipelineByPropertyName = true)]
    [ValidateWebAddress]
    [NoCompletion]
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
    [NoCompletion]
    public long Offset { get; set; }

    /// <summary>How many bytes are wanted.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    [NoCompletion]
    public long Length { get; set; }

    /// <summary>Where the plain content is, for what no peer has.</summary>
    [Parameter]
    [ValidateWebAddress]
    [NoCompletion]
    public Uri? SourceUri { get; set; }

    /// <summary>A file with the plain content, for what no peer has.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SourcePath { get; set; }

    /// <summary>What the cached segments are tagged with.</summary>
    [Parameter]
    [NoCompletion]
    public Guid Tag { get; set; }

    /// <summary>When to give up.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue / 1000)]
    [NoCompletion]
    public int TimeoutSeconds { get; set; }

    /// <summary>How many contents of a pipeline are received at once.</summary>
    [Parameter]
    [ValidateRange(1, MaximumThrottleLimit)]
    [NoCompletion]
    public int ThrottleLimit { get; set; } = DefaultThrottleLimit;

    /// <summary>Leaves the cache of this node alone.</summary>
    [Parameter]
    public SwitchParameter NoCache { get; set; }

    /// <summary>Overwrites the file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? Input => Uri ?? Information;

    private protected override void Process()
    {
        PeerContentInformation? information = Information is null ? null : InformationInput.Read(this, Peer.Distribution, Information);
        string file = GetFile(information);
        _downloads ??= new(this, Cancellation);
        _downloads.EndOf(file);
        if (information is not null && IsReceived(information, file))
        {
            WriteVerbose($"{PeerText.Escape(information)} was received before, by information of another version.");
            return;
        }

        PeerReceiveRequest request = CreateRequest(information, file);
        if (!ShouldProcess(file, $"Receive {Uri?.AbsoluteUri ?? information!.ToString()}"))
        {
            return;
        }

        NodeHost node = NodeHost;
        var progress = new TransferProgress("Receiving", System.IO.Path.GetFileName(file));
        _downloads.Begin(
            file,
            ThrottleLimit,
            token => node.Engine.Distribution.ReceiveAsync(request, progress, token),
            Input,
            progress,
            receipt => Write(request, receipt, node.Name));
    }

    private protected override void Finish() => _downloads?.End();

    private protected override void Abandon() => _downloads?.Dispose();

    private void Write(PeerReceiveRequest request, PeerContentReceipt receipt, string node)
    {
        if (request.Information is { ContentId: { } id } information)
        {
            _received.Add((id, information.Offset, information.Length, request.Path));
        }

        WriteVerbose(Describe(receipt));
        if (!receipt.Verified)
        {
            WriteWarning($"'{request.Uri}' came without content information: '{request.Path}' is what the server sent, unchecked.");
        }

        if (PassThru)
        {
            WriteFile(request.Path);
        }
        else
        {
            WriteWithNode(receipt, node);
        }
    }

    private static string Describe(PeerContentReceipt receipt) =>
        $"From the cache {PeerText.FormatBytes(receipt.BytesFromCache)}, from {receipt.Peers} peers {PeerText.FormatBytes(receipt.BytesFromPeers)}, "
        + $"from hosted caches {PeerText.FormatBytes(receipt.BytesFromHostedCache)}, from the source {PeerText.FormatBytes(receipt.BytesFromSource)}; "
        + $"{receipt.ExcludedPeers} peers were excluded.";

    // Publish-PeerContent writes information of both versions of the same content.
    private bool IsReceived(PeerContentInformation information, string file) => information.ContentId is { } id
        && _received.Contains((id, information.Offset, information.Length, file));

    // A folder means the name that the content has where it comes from.
    private string GetFile(PeerContentInformation? information)
    {
        if (OutFile is null && Uri is null)
        {
            throw PeerErrors.InvalidArgument.Exception("Name the file to write, or a folder for it, with -OutFile.", Input);
        }

        string path = OutputFile.Resolve(this, OutFile ?? ".");
        if (!Directory.Exists(path))
        {
            return System.IO.Path.EndsInDirectorySeparator(path)
                ? throw PeerErrors.NotFound.Exception($"There is no folder '{path}'.", path)
                : path;
        }

        return GetName(Uri?.AbsoluteUri ?? information!.ContentId) is { } name
            ? System.IO.Path.Combine(path, name)
            : throw PeerErrors.InvalidArgument.Exception(
                "The content has no name that a file can have: name the file with -OutFile.", Input);
    }

    // What a server calls a file must neither choose a folder nor drive a terminal.
    private static string? GetName(string? contentId)
    {
        string name = System.Uri.TryCreate(contentId, UriKind.Absolute, out Uri? uri) && !uri.IsFile
            ? System.Uri.UnescapeDataString(uri.Segments[^1].TrimEnd('/'))
            : System.IO.Path.GetFileName(contentId) ?? "";
        bool isUsable = name is not ("" or "." or "..")
            && name.IndexOfAny(System.IO.Path.GetInvalidFileNameChars()) < 0
            && !FileNames.IsMisread(name)
            && TerminalText.IsSafe(name);
        return isUsable ? name : null;
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
