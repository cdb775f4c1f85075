namespace PeerNet.Engine.Distribution.Discovery.Protocol.Messages;

/// <summary>How many blocks of a segment a peer says it has, in version 1.0.</summary>
/// <param name="Id">The segment.</param>
/// <param name="BlockCount">The blocks.</param>
internal readonly record struct SegmentBlockCount(SegmentId Id, uint BlockCount);
