namespace PeerNet.Engine.Storage;

/// <summary>What a database of one kind looks like, and how older ones become so.</summary>
internal sealed record SqliteSchema
{
    /// <summary>Tells databases of this kind from all others.</summary>
    public required int ApplicationId { get; init; }

    /// <summary>One a version, the first of which makes the first version. One that has been released is
    /// never changed: newer versions are further ones.</summary>
    public required IReadOnlyList<SqliteMigration> Migrations { get; init; }
}

/// <summary>How a database becomes one of the next version.</summary>
/// <param name="Script">What makes it one, as a whole or not at all.</param>
internal sealed record SqliteMigration(string Script)
{
    /// <summary>A statement that is run before, until it changes nothing, each time by itself: a process that ends meanwhile has
    /// lost one step. Null for none.</summary>
    public string? Step { get; init; }

    public static implicit operator SqliteMigration(string script) => new(script);
}
