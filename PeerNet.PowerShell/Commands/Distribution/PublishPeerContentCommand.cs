using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Publishes files or a stream: makes their content information, and serves them where a prefix is given.</summary>
[Cmdlet(
    VerbsData.Publish, "PeerContent", DefaultParameterSetName = PathSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Publish-PeerContent" + HelpPages.Extension)]
[OutputType(typeof(PeerContentInformation))]
public sealed class PublishPeerContentCommand : NodeCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string StreamSet = "Stream";

    private object? _input;

    /// <summary>The files and folders; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [PathTransformation]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The files and folders, exactly as they are called.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>A stream, read to its end. It stays open.</summary>
    [Parameter(Mandatory = true, ParameterSetName = StreamSet)]
    [ValidateNotNull]
    [ValidateReadable]
    [NoCompletion]
    public Stream? InputStream { get; set; }

    /// <summary>The id; for a file the path below the folder named, or the address under <see cref="BaseUri"/>.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [Parameter(Mandatory = true, ParameterSetName = StreamSet)]
    [ValidateNotNullOrEmpty]
    [ValidateLength(1, 1024)]
    [NoCompletion]
    public string? ContentId { get; set; }

    /// <summary>Publishes what is in the folders below, too.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    public SwitchParameter Recurse { get; set; }

    /// <summary>The versions of content information to make.</summary>
    [Parameter]
    public PeerContentVersion Version { get; set; } = PeerContentVersion.Both;

    /// <summary>The hash algorithm of content information of version 1.</summary>
    [Parameter]
    public PeerContentHash HashAlgorithm { get; set; } = PeerContentHash.Sha256;

    /// <summary>The address that the ids of files begin with, where another server serves them.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateWebAddress]
    [NoCompletion]
    public Uri? BaseUri { get; set; }

    /// <summary>Where this node serves the files over HTTP, such as <c>http://localhost:8080/files/</c>.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateNotNullOrEmpty]
    [ValidateHttpPrefix]
    [NoCompletion]
    public string? HttpPrefix { get; set; }

    /// <summary>Keeps the content in a staging folder for a package.</summary>
    [Parameter]
    public SwitchParameter StageData { get; set; }

    /// <summary>The staging folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StagingPath { get; set; }

    /// <summary>A list of segments that Export-PeerCache wrote; those are not staged again.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ReferenceFile { get; set; }

    /// <summary>Keeps the content in the cache of this node, from which peers get it.</summary>
    [Parameter]
    public SwitchParameter AddToCache { get; set; }

    /// <summary>Replaces what is published under the same id.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? Input => _input;

    private protected override void CheckParameters()
    {
        if (StageData != (StagingPath is not null))
        {
            throw PeerErrors.InvalidArgument.Exception(
                "-StageData and -StagingPath belong together: give both, or none.", StagingPath);
        }

        if (ReferenceFile is not null && !StageData)
        {
            throw PeerErrors.InvalidArgument.Exception(
                "-ReferenceFile says what not to stage: it needs -StageData and -StagingPath.", ReferenceFile);
        }

        if (MyInvocation.BoundParameters.ContainsKey(nameof(HashAlgorithm)) && Version == PeerContentVersion.V2)
        {
            throw PeerErrors.InvalidArgument.Exception(
                "-HashAlgorithm is for version 1 of content information; version 2 has one of its own.", HashAlgorithm);
        }

        if (ContentId is not null && BaseUri is not null)
        {
            throw PeerErrors.InvalidArgument.Exception(
                "-ContentId and -BaseUri both say what the id is: give one of them.", BaseUri);
        }
    }

    private protected override void Process()
    {
        if (InputStream is not null)
        {
            _input = ContentId;
            Publish(CreateRequest(ContentId!) with { Stream = InputStream });
            return;
        }

        List<ContentFile> files = FindFiles();
        if (ContentId is not null && files.Count > 1)
        {
            throw PeerErrors.InvalidArgument.Exception(
                $"-ContentId '{ContentId}' is for one file, and {files.Count} are to be published; use -BaseUri.", ContentId);
        }

        foreach (ContentFile file in files)
        {
            _input = file.Path;
            Report(() => Publish(CreateRequest(file)));
        }
    }

    private void Publish(PeerPublishRequest request)
    {
        string target = request.Path ?? request.ContentId;
        if (!ShouldProcess(target, Describe(request)))
        {
            return;
        }

        var progress = new TransferProgress("Publishing", System.IO.Path.GetFileName(target));
        IReadOnlyList<PeerContentInformation> published = Await(
            token => Peer.Distribution.PublishAsync(request, progress, token), progress);
        if (published.Count == 0)
        {
            WriteWarning($"'{target}' is empty: it is published, but there is nothing to describe.");
            published = [PeerContentInformation.CreateEmpty(request.ContentId)];
        }

        foreach (PeerContentInformation information in published)
        {
            WriteWithNode(information);
        }
    }

    private List<ContentFile> FindFiles()
    {
        var files = new ContentFiles(Recurse, failure => WriteError(ErrorRecords.From(failure, _input)));
        List<ContentFile> found = [];
        foreach (string path in ParameterSetName == LiteralPathSet ? LiteralPath : Path)
        {
            _input = path;
            Report(() => found.AddRange(Find(files, path)));
        }

        return found;
    }

    private IEnumerable<ContentFile> Find(ContentFiles files, string path) => ParameterSetName == LiteralPathSet
        ? files.Find(OutputFile.Resolve(this, path), isMatch: false)
        : InputFiles.Expand(this, path)
            .SelectMany(match => files.Find(match, WildcardPattern.ContainsWildcardCharacters(path)));

    private PeerPublishRequest CreateRequest(ContentFile file)
    {
        string id = ContentId ?? (BaseUri is null ? file.Name : new Uri(EndWithSlash(BaseUri), file.EscapedName).AbsoluteUri);
        return CreateRequest(id) with
        {
            Path = file.Path,
            Root = file.Root,
            HttpPrefix = HttpPrefix,
            ServedAs = HttpPrefix is null ? null : file.Name,
        };
    }

    private PeerPublishRequest CreateRequest(string id) => new()
    {
        ContentId = id,
        Versions = ContentVersions.ToEngine(Version),
        HashAlgorithm = (Engine.Distribution.PeerContentHash)HashAlgorithm,
        AddToCache = AddToCache,
        StagingPath = StagingPath is null ? null : OutputFile.Resolve(this, StagingPath),
        ReferenceFile = ReferenceFile is null ? null : OutputFile.Resolve(this, ReferenceFile),
        Replace = Force,
    };

    private static string Describe(PeerPublishRequest request)
    {
        string action = $"Publish content as '{request.ContentId}'";
        string cached = request.AddToCache ? ", keep it in the cache for peers that have its information" : "";
        string served = request.HttpPrefix is null ? "" : $", and serve it below {request.HttpPrefix} to whoever asks";
        return action + cached + served;
    }

    private static Uri EndWithSlash(Uri uri) => uri.AbsolutePath.EndsWith('/') ? uri : new Uri(uri.AbsoluteUri + "/");
}
