using PeerNet.PowerShell.Hosting;

namespace PeerNet.PowerShell.Binding;

/// <summary>Completes the tags of cached segments.</summary>
internal sealed class CacheTagCompleter : LiveCompleter
{
    private protected override IEnumerable<(string Value, string ToolTip)> GetCandidates(NodeHost? node) => node is null
        ? []
        : Ask(token => CachedSegments.GetAsync(node, token))
            .Where(segment => segment.Tag != Guid.Empty)
            .CountBy(segment => segment.Tag)
            .Select(tag => (tag.Key.ToString(), $"{tag.Key} ({tag.Value} segments)"));
}
