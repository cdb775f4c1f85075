using PeerNet.Engine.Distribution;
using EngineType = PeerNet.Engine.Distribution.PeerCacheType;

namespace PeerNet.PowerShell.Base;

/// <summary>Which caches and segments a caller means.</summary>
internal static class CacheSelection
{
    public static PeerCacheSelection Create(Guid? tag, IEnumerable<string>? segments) => new()
    {
        Tag = tag,
        Segments = [.. (segments ?? []).Select(Parse)],
    };

    public static IReadOnlyList<EngineType> GetTypes(PeerCacheType type) => type switch
    {
        PeerCacheType.Data => [EngineType.Data],
        PeerCacheType.Hash => [EngineType.Hash],
        _ => [EngineType.Data, EngineType.Hash],
    };

    // The parameter has checked the form.
    private static SegmentId Parse(string text) => SegmentId.TryParse(text, out SegmentId id) ? id : default;
}
