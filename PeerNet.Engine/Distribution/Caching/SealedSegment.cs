namespace PeerNet.Engine.Distribution.Caching;

/// <summary>A segment of which only what an offer says is known (MS-PCHC 2.2.1.5).</summary>
/// <param name="Id">The segment.</param>
/// <param name="Version">Version 1: blocks of 64 KiB. Version 2: one block.</param>
/// <param name="Length">Bytes of the whole segment.</param>
/// <param name="Tag">What it is to be found by later; empty for nothing.</param>
internal sealed record SealedSegment(SegmentId Id, PeerContentVersion Version, int Length, Guid Tag);
