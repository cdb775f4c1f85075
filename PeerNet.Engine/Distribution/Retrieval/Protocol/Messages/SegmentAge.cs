namespace PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;

/// <summary>How long ago a segment came into a cache (MS-PCCRR 2.2.1.5).</summary>
/// <param name="SegmentIndex">Which segment, counted from the first of the message.</param>
/// <param name="Age">Its age.</param>
internal readonly record struct SegmentAge(byte SegmentIndex, TimeSpan Age);
