namespace PeerNet.Engine.Graphing;

/// <summary>The properties that the creator of a graph has given it (MS-PPGRH 2.2.3.1).</summary>
public sealed record PeerGraphProperties
{
    /// <summary>Longest friendly name, in UTF-16 units.</summary>
    public const int MaximumFriendlyName = 255;

    /// <summary>Longest comment, in UTF-16 units.</summary>
    public const int MaximumComment = 511;

    /// <summary>Shortest lifetime of presence, and the one where none is given.</summary>
    public static readonly TimeSpan LeastPresenceLifetime = TimeSpan.FromSeconds(300);

    /// <summary>Least limit on the size of records, in bytes.</summary>
    public const int LeastRecordSize = 1024;

    /// <summary>Highest limit on the size of records, in bytes; the limit where none is given.</summary>
    public const int HighestRecordSize = 60 * 1024 * 1024;

    /// <summary>The name people give it, or empty.</summary>
    public string FriendlyName { get; init; } = "";

    /// <summary>A remark, or empty.</summary>
    public string Comment { get; init; } = "";

    /// <summary>The peer id of its creator, who alone can change the properties.</summary>
    public string CreatorId { get; init; } = "";

    /// <summary>How far it reaches.</summary>
    public PeerGraphScope Scope { get; init; }

    /// <summary>How long a node's presence lasts before it is renewed.</summary>
    public TimeSpan PresenceLifetime { get; init; } = LeastPresenceLifetime;

    /// <summary>How many nodes make their presence known: -1 for all, 0 for those that want to.</summary>
    public int MaxPresence { get; init; } = -1;

    /// <summary>Most bytes of a record's data and attributes.</summary>
    public int MaxRecordSize { get; init; } = HighestRecordSize;

    /// <summary>Whether records expire only while a node is connected.</summary>
    public bool DeferExpiration { get; init; }

    /// <summary>The friendly name, or how far the graph reaches.</summary>
    public override string ToString() => FriendlyName.Length > 0 ? FriendlyName : Scope.ToString();
}
