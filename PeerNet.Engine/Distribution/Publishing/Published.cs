namespace PeerNet.Engine.Distribution.Publishing;

/// <summary>What publishing came to.</summary>
/// <param name="Publication">The publication.</param>
/// <param name="Hashes">Its hashes in the first version, which tell it from other content.</param>
/// <param name="Information">Its information, one for each version; none for content of no length.</param>
internal sealed record Published(
    Publication Publication, ReadOnlyMemory<byte> Hashes, IReadOnlyList<PeerContentInformation> Information);
