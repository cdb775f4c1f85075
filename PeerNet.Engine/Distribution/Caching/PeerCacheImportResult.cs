using System.Globalization;

namespace PeerNet.Engine.Distribution;

/// <summary>What an import brought.</summary>
/// <param name="Segments">Segments with at least one new block.</param>
/// <param name="Bytes">Bytes of new blocks.</param>
/// <param name="Rejected">Blocks that do not have the hash they must have, and were left out.</param>
public sealed record PeerCacheImportResult(int Segments, long Bytes, int Rejected)
{
    /// <summary>What came, in a few words.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Segments} segments, {Rejected} blocks rejected");
}
