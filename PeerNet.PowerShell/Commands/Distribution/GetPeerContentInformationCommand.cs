using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;
using EngineVersion = PeerNet.Engine.Distribution.PeerContentVersion;

namespace PeerNet.PowerShell.Commands;

/// <summary>Gets content information: of what is published, of a file, of an address, or from bytes.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerContentInformation", DefaultParameterSetName = PublishedSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Root + "Get-PeerContentInformation" + HelpPages.Extension)]
[OutputType(typeof(PeerContentInformation), typeof(FileInfo))]
public sealed class GetPeerContentInformationCommand : NodeCmdlet
{
    private const string PublishedSet = "Published";
    private const string PathSet = "Path";
    private const string UriSet = "Uri";
    private const string FileSet = "File";
    private const string BytesSet = "Bytes";

    private object? _input;
    private bool _isWritten;

    /// <summary>The ids of published content; everything published where none is given. Wildcards are allowed.</summary>
    [Parameter(Position = 0, ParameterSetName = PublishedSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ContentIdTransformation]
    [ArgumentCompleter(typeof(ContentIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? ContentId { get; set; }

    /// <summary>Files to hash without publishing them; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet)]
    [PathTransformation]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The address of content on a server that speaks MS-PCCRTP.</summary>
    [Parameter(Mandatory = true, ParameterSetName = UriSet)]
    [ValidateWebAddress]
    [NoCompletion]
    public Uri[] Uri { get; set; } = [];

    /// <summary>Files that hold content information.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FileSet)]
    [PathTransformation]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] InformationPath { get; set; } = [];

    /// <summary>Content information itself.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BytesSet)]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public byte[] InputBytes { get; set; } = [];

    /// <summary>The first byte to describe.</summary>
    [Parameter(ParameterSetName = PublishedSet)]
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = UriSet)]
    [ValidateRange(0, long.MaxValue)]
    [NoCompletion]
    public long Offset { get; set; }

    /// <summary>How many bytes to describe; all from <see cref="Offset"/> where not given.</summary>
    [Parameter(ParameterSetName = PublishedSet)]
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = UriSet)]
    [ValidateRange(1, long.MaxValue)]
    [NoCompletion]
    public long Length { get; set; }

    /// <summary>The version; each that there is where not given.</summary>
    [Parameter(ParameterSetName = PublishedSet)]
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = UriSet)]
    public PeerContentVersion Version { get; set; } = PeerContentVersion.Both;

    /// <summary>The file to write the information to.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Overwrites the file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? Input => _input;

    private long? RequestedLength => MyInvocation.BoundParameters.ContainsKey(nameof(Length)) ? Length : null;

    private IDistributionService Distribution => Peer.Distribution;

    private protected override void Process()
    {
        switch (ParameterSetName)
        {
            case PathSet:
                ForEach(Path.SelectMany(path => InputFiles.Expand(this, path)).Where(File.Exists), Compute);
                break;
            case UriSet:
                ForEach(Uri, Fetch);
                break;
            case FileSet:
                ForEach(InformationPath.SelectMany(path => InputFiles.Expand(this, path)), Read);
                break;
            case BytesSet:
                Write("the bytes", () => Distribution.ReadInformation(InputBytes, origin: null));
                break;
            default:
                GetPublished();
                break;
        }
    }

    private void ForEach<T>(IEnumerable<T> inputs, Action<T> get)
    {
        foreach (T input in inputs)
        {
            _input = input;
            Report(() => get(input));
        }
    }

    private void GetPublished() => ForEach(ContentId ?? ["*"], pattern => ForEach(FindPublished(pattern), Describe));

    // An id is looked up: many of them come through a pipeline, and each would list everything.
    private IReadOnlyList<PeerPublishedContent> FindPublished(string id) =>
        Await(token => Distribution.FindPublishedAsync(id, token)) is { } exact
            ? [exact]
            : Published.Find(Await(Distribution.GetPublishedAsync), id);

    private void Describe(PeerPublishedContent content)
    {
        if (content.Length == 0)
        {
            DescribeEmpty(content.ContentId);
            return;
        }

        // All before the first is written: the next command of the pipeline may unpublish it.
        PeerContentInformation[] found =
        [
            .. GetVersions().Intersect(content.Versions).Select(version => Await(
                token => Distribution.GetInformationAsync(content.ContentId, version, Offset, RequestedLength, token))),
        ];
        foreach (PeerContentInformation information in found)
        {
            Write(content.ContentId, () => information);
        }
    }

    // The next command of the pipeline may unpublish it, too.
    private void DescribeEmpty(string contentId)
    {
        if (OutFile is not null)
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"'{PeerText.Escape(contentId)}' is empty: there is nothing that a file could hold.", contentId);
        }

        WriteWithNode(PeerContentInformation.CreateEmpty(contentId));
    }

    private void Compute(string path)
    {
        foreach (EngineVersion version in GetVersions())
        {
            var progress = new TransferProgress("Hashing", System.IO.Path.GetFileName(path));
            Write(path, () => Await(
                token => Distribution.ComputeInformationAsync(path, version, Offset, RequestedLength, progress, token), progress));
        }
    }

    private void Fetch(Uri uri) => Write(uri.AbsoluteUri, () => Await(
        token => Distribution.FetchInformationAsync(uri, ContentVersions.ToOne(Version), Offset, RequestedLength, token),
        new PumpProgress("Asking", uri.AbsoluteUri, limit: null)));

    private void Read(string path) => Write(path, () => InformationInput.Read(Distribution, path));

    // A file takes one: where nothing is said, that of the version this node prefers.
    private IReadOnlyList<EngineVersion> GetVersions() =>
        OutFile is null || MyInvocation.BoundParameters.ContainsKey(nameof(Version))
            ? ContentVersions.ToEngine(Version)
            : [Await(Distribution.GetStatusAsync).Client?.PreferredVersion ?? EngineVersion.V1];

    private void Write(string source, Func<PeerContentInformation> get)
    {
        if (OutFile is null)
        {
            WriteWithNode(get());
            return;
        }

        string file = OutputFile.Resolve(this, OutFile);
        if (!ShouldProcess(file, $"Write the information of {source}; whoever has the file can read the content"))
        {
            return;
        }

        if (_isWritten)
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"'{file}' takes one information, and has it: ask for one content and, with -Version, for 1 or 2.", source);
        }

        OutputFile.Write(file, Distribution.WriteInformation(get()).Span, Force);
        WriteFile(file);
        _isWritten = true;
    }
}
