using System.Management.Automation;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.PowerShell.Base;
using PeerNet.PowerShell.Binding;

namespace PeerNet.PowerShell.Commands;

/// <summary>Gets the caches of a node.</summary>
[Cmdlet(
    VerbsCommon.Get, "PeerCache",
    HelpUri = HelpPages.Root + "Get-PeerCache" + HelpPages.Extension)]
[OutputType(typeof(PeerCache))]
public sealed class GetPeerCacheCommand : NodeCmdlet
{
    /// <summary>Which.</summary>
    [Parameter(Position = 0)]
    public PeerCacheType Type { get; set; } = PeerCacheType.All;

    /// <summary>Lists the segments.</summary>
    [Parameter]
    public SwitchParameter IncludeSegment { get; set; }

    /// <summary>Lists the segments with these ids.</summary>
    [Parameter]
    [SegmentIdTransformation]
    [ArgumentCompleter(typeof(CacheSegmentCompleter))]
    [ValidateNotNullOrEmpty]
    [ValidateSegmentId]
    public string[]? SegmentId { get; set; }

    /// <summary>Lists the segments with this tag.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(CacheTagCompleter))]
    public Guid? Tag { get; set; }

    private protected override void Process()
    {
        bool lists = IncludeSegment || SegmentId is not null || Tag is not null;
        PeerCacheSelection? selection = lists ? CacheSelection.Create(Tag, SegmentId) : null;
        IReadOnlyList<PeerCache> caches = Await(
            token => Peer.Distribution.GetCachesAsync(CacheSelection.GetTypes(Type), selection, token));
        foreach (PeerCache cache in caches)
        {
            WriteWithNode(cache);
        }

        ReportMissing(caches);
    }

    private void ReportMissing(IReadOnlyList<PeerCache> caches)
    {
        var found = caches.SelectMany(cache => cache.Segments).Select(segment => segment.SegmentId.ToString());
        foreach (string id in (SegmentId ?? []).Except(found, StringComparer.OrdinalIgnoreCase))
        {
            WriteError(ErrorRecords.From(PeerErrors.NotFound.Exception($"The cache has no segment '{id}'.", id), id));
        }
    }
}
