using System.Management.Automation;
using PeerNet.Engine.Distribution;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Removes cached content. Published files are never touched.</summary>
[Cmdlet(
    VerbsCommon.Clear, "PeerCache", DefaultParameterSetName = AllSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Root + "Clear-PeerCache" + HelpPages.Extension)]
[OutputType(typeof(void))]
public sealed class ClearPeerCacheCommand : NodeCmdlet
{
    private const string AllSet = "All";
    private const string TagSet = "Tag";
    private const string SegmentSet = "Segment";

    /// <summary>Removes the segments with these tags.</summary>
    // Not from the pipeline: a segment has a tag, too, and is not to take the others with that tag along.
    [Parameter(Mandatory = true, ParameterSetName = TagSet)]
    [ArgumentCompleter(typeof(CacheTagCompleter))]
    [ValidateNotNullOrEmpty]
    public Guid[] Tag { get; set; } = [];

    /// <summary>Removes the segments with these ids.</summary>
    [Parameter(Mandatory = true, ParameterSetName = SegmentSet, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [SegmentIdTransformation]
    [ArgumentCompleter(typeof(CacheSegmentCompleter))]
    [ValidateNotNullOrEmpty]
    [ValidateSegmentId]
    public string[] SegmentId { get; set; } = [];

    /// <summary>Which caches.</summary>
    [Parameter(ParameterSetName = AllSet, ValueFromPipelineByPropertyName = true)]
    [CacheTypeTransformation]
    public PeerCacheType Type { get; set; } = PeerCacheType.Data;

    /// <summary>Does not ask.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override object? Input => ParameterSetName switch
    {
        TagSet => Tag,
        SegmentSet => SegmentId,
        _ => Node ?? NodeName,
    };

    private protected override void Process()
    {
        switch (ParameterSetName)
        {
            case TagSet:
                foreach (Guid tag in Tag)
                {
                    Clear($"Remove cached segments with the tag {tag}", CacheSelection.Create(tag, null), PeerCacheType.Data);
                }

                break;
            case SegmentSet:
                string what = SegmentId is [var one] ? $"the cached segment {one}" : $"{SegmentId.Length} cached segments";
                Clear($"Remove {what}", CacheSelection.Create(null, SegmentId), PeerCacheType.Data);
                break;
            default:
                ClearAll();
                break;
        }
    }

    // High impact: unlike removing some, this asks unless told not to.
    private void ClearAll()
    {
        string what = Type switch
        {
            PeerCacheType.Data => "all cached content",
            PeerCacheType.Hash => "all hashes of published files",
            _ => "all cached content and all hashes of published files",
        };
        if (ShouldProcess(NodeName, $"Remove {what}")
            && IsAccepted(Force, $"Remove {what} of the node '{NodeName}'?", "Clear cache"))
        {
            Remove(new PeerCacheSelection(), Type);
        }
    }

    private void Clear(string action, PeerCacheSelection selection, PeerCacheType type)
    {
        if (ShouldProcess(NodeName, action))
        {
            Remove(selection, type);
        }
    }

    private void Remove(PeerCacheSelection selection, PeerCacheType type) => Await(
        token => Peer.Distribution.ClearCacheAsync(CacheSelection.GetTypes(type), selection, token),
        new PumpProgress("Clearing the cache", NodeName, limit: null));
}
