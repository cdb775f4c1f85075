namespace PeerNet.Engine.Graphing;

/// <summary>What is to be changed about an open graph; null leaves a setting as it is.</summary>
public sealed record PeerGraphChange
{
    /// <summary>The friendly name; the creator's to change, as the comment, presence and record size are.</summary>
    public string? FriendlyName { get; init; }

    /// <summary>The comment.</summary>
    public string? Comment { get; init; }

    /// <summary>How long presence lasts.</summary>
    public TimeSpan? PresenceLifetime { get; init; }

    /// <summary>How many nodes make their presence known: -1 for all, 0 for those that want to.</summary>
    public int? MaxPresence { get; init; }

    /// <summary>Most bytes of a record's data and attributes.</summary>
    public int? MaxRecordSize { get; init; }

    /// <summary>What this node's application says of it.</summary>
    public string? NodeAttribute { get; init; }

    /// <summary>Whether this node makes its presence known whatever the properties say.</summary>
    public bool? Presence { get; init; }

    /// <summary>Whether direct connections are taken in.</summary>
    public bool? AllowsDirectConnections { get; init; }

    /// <summary>Whether it changes what only the creator may.</summary>
    public bool ConcernsProperties =>
        FriendlyName is not null || Comment is not null || PresenceLifetime is not null
        || MaxPresence is not null || MaxRecordSize is not null;
}
