using PeerNet.Engine.Distribution;

namespace PeerNet.PowerShell.Binding;

/// <summary>Takes a segment id as hexadecimal digits, or from a segment.</summary>
internal sealed class SegmentIdTransformationAttribute : IdTransformationAttribute
{
    private protected override string? GetId(object value) => value switch
    {
        SegmentId id => id.ToString(),
        PeerContentSegment segment => segment.Id.ToString(),
        PeerCacheSegment segment => segment.SegmentId.ToString(),
        _ => null,
    };
}
