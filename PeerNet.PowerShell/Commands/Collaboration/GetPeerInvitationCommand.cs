using System.Management.Automation;
using PeerNet.Engine.Grouping;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Reads and judges an invitation to a group. Nobody joins by it.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerInvitation", DefaultParameterSetName = PathSet,
    HelpUri = HelpPages.Root + "Get-PeerInvitation" + HelpPages.Extension)]
[OutputType(typeof(PeerGroupInvitation))]
public sealed class GetPeerInvitationCommand : GroupCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string XmlSet = "Xml";

    /// <summary>The files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true)]
    [PathTransformation]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The files, exactly as they are called.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The document itself.</summary>
    [Parameter(Mandatory = true, ParameterSetName = XmlSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [DocumentTransformation]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public string Xml { get; set; } = "";

    private protected override object? Input => ParameterSetName switch
    {
        PathSet => Path,
        LiteralPathSet => LiteralPath,
        _ => Xml,
    };

    private protected override void Process()
    {
        if (ParameterSetName == XmlSet)
        {
            WriteWithNode(Groups.ReadInvitation(Xml));
            return;
        }

        foreach (string file in GetFiles())
        {
            Report(() => WriteWithNode(Groups.ReadInvitation(InvitationInput.ReadFile(file))));
        }
    }

    private IEnumerable<string> GetFiles() => ParameterSetName == LiteralPathSet
        ? LiteralPath.Select(path => OutputFile.Resolve(this, path))
        : Path.SelectMany(path => InputFiles.Expand(this, path));
}
