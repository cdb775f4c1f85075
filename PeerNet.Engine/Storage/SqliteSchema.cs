namespace PeerNet.Engine.Storage;

/// <summary>What a database of one kind looks like, and how older ones become so.</summary>
internal sealed record SqliteSchema
{
    /// <summary>Tells databases of this kind from all others.</summary>
    public required int ApplicationId { get; init; }

    /// <summary>One script a version, the first of which makes the first version. A script that has been released is
    /// never changed: newer versions are further scripts.</summary>
    public required IReadOnlyList<string> Migrations { get; init; }
}
