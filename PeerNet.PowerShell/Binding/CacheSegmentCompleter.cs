using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes the ids of cached segments.</summary>
internal sealed class CacheSegmentCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node) => node is null
        ? []
        : Ask(token => CachedSegments.GetAsync(node, token))
            .Select(segment => (segment.SegmentId.ToString(),
                $"{segment.SegmentId} ({PeerText.FormatBytes(segment.Length)}, {segment.Version})"));
}
