using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Publishing;

/// <summary>Hashes that are in the database, or are to be put there.</summary>
/// <param name="hashes">The hashes.</param>
internal sealed class StoredHashes(ContentHashes hashes)
{
    /// <summary>The hashes.</summary>
    public ContentHashes Hashes { get; } = hashes;

    /// <summary>Their number in the database; null before they are there.</summary>
    public long? Id { get; set; }
}
