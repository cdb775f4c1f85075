using System.Management.Automation;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Grouping;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Shows invitations that were sent and received; reads and judges an invitation to a group. Nobody joins by it.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerInvitation", DefaultParameterSetName = ListSet,
    HelpUri = HelpPages.Root + "Get-PeerInvitation" + HelpPages.Extension)]
[OutputType(typeof(PeerInvitation), typeof(PeerAppLaunchInfo), typeof(PeerGroupInvitation))]
public sealed class GetPeerInvitationCommand : CollaborationCmdlet
{
    private const string ListSet = "List";
    private const string IdSet = "Id";
    private const string LaunchSet = "Launch";
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string XmlSet = "Xml";

    /// <summary>Only the invitations with these ids.</summary>
    [Parameter(Mandatory = true, ParameterSetName = IdSet, ValueFromPipelineByPropertyName = true)]
    [InvitationIdTransformation]
    [ArgumentCompleter(typeof(InvitationCompleter))]
    [ValidateNotNullOrEmpty]
    public Guid[]? Id { get; set; }

    /// <summary>Only those that were sent, or received.</summary>
    [Parameter(ParameterSetName = ListSet)]
    public PeerInvitationDirection Direction { get; set; }

    /// <summary>Only those that are so far.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [ValidateNotNullOrEmpty]
    public PeerInvitationState[]? State { get; set; }

    /// <summary>What this process was told by the invitation that has run it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LaunchSet)]
    public SwitchParameter Launch { get; set; }

    /// <summary>Files of invitations to groups; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true)]
    [PathTransformation(LeavesDocuments = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Files of invitations to groups, exactly as they are called.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The document of an invitation to a group itself.</summary>
    [Parameter(Mandatory = true, ParameterSetName = XmlSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [DocumentTransformation]
    [ValidateNotNullOrEmpty]
    [NoCompletion]
    public string Xml { get; set; } = "";

    /// <inheritdoc/>
    /// <remarks>Not from the pipeline where all are listed: what is piped would be taken for that by its node alone.</remarks>
    [Parameter(ParameterSetName = ListSet)]
    [Parameter(ParameterSetName = IdSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = LaunchSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = PathSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = XmlSet, ValueFromPipelineByPropertyName = true)]
    [NodeTransformation]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [ValidateNotNullOrEmpty]
    public override string? Node { get; set; }

    private protected override object? Input => ParameterSetName switch
    {
        ListSet or IdSet => Id,
        PathSet => Path,
        LiteralPathSet => LiteralPath,
        _ => Xml,
    };

    private protected override void Process()
    {
        switch (ParameterSetName)
        {
            case ListSet or IdSet:
                List();
                break;
            case LaunchSet:
                WriteObject(PeerAppLaunchInfo.Read());
                break;
            case XmlSet:
                WriteWithNode(Peer.Groups.ReadInvitation(Xml));
                break;
            default:
                foreach (string file in InputFiles.Find(this, Path, LiteralPath))
                {
                    Report(() => InputFiles.Use(file, () => WriteWithNode(Peer.Groups.ReadInvitation(InvitationInput.ReadFile(file)))));
                }

                break;
        }
    }

    private void List()
    {
        IReadOnlyList<PeerInvitation> all = Await(Collaboration.GetInvitationsAsync);
        foreach (PeerInvitation invitation in all.Where(IsWanted))
        {
            WriteWithNode(invitation);
        }

        ReportMissing(Id, all.Select(invitation => invitation.Id), Invitations.DescribeMissing);
    }

    private bool IsWanted(PeerInvitation invitation) =>
        (Id is null || Id.Contains(invitation.Id))
        && (State is null || State.Contains((PeerInvitationState)(int)invitation.State))
        && Direction switch
        {
            PeerInvitationDirection.Sent => invitation.Direction == Engine.Collaboration.PeerInvitationDirection.Sent,
            PeerInvitationDirection.Received => invitation.Direction == Engine.Collaboration.PeerInvitationDirection.Received,
            _ => true,
        };
}
