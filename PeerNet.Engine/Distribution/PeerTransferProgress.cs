namespace PeerNet.Engine.Distribution;

/// <summary>How far a transfer, or the hashing of content, has come.</summary>
/// <param name="Done">Bytes done.</param>
/// <param name="Total">Bytes in all; -1 where that is not known.</param>
/// <param name="FromCache">Bytes of <paramref name="Done"/> that came from the local cache.</param>
/// <param name="FromPeers">Bytes that came from peers.</param>
/// <param name="FromHostedCache">Bytes that came from a hosted cache.</param>
/// <param name="FromSource">Bytes that came from the source.</param>
public readonly record struct PeerTransferProgress(
    long Done, long Total, long FromCache = 0, long FromPeers = 0, long FromHostedCache = 0, long FromSource = 0);
