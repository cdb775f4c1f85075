namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>What a graph is like: the content of its graph info record (MS-PPGRH 2.2.3.1).</summary>
internal sealed record GraphProperties
{
    /// <summary>The value of <see cref="MaximumPresence"/> with which every node publishes its presence.</summary>
    public const uint EveryNode = uint.MaxValue;

    /// <summary>Shortest lifetime of a presence record, and the one that 0 stands for.</summary>
    public static readonly TimeSpan ShortestPresence = TimeSpan.FromMinutes(5);

    /// <summary>The graph's id: 1 to 255 UTF-16 units. Never changes.</summary>
    public required string GraphId { get; init; }

    /// <summary>The peer id of who made the graph: 1 to 255 units. Never changes.</summary>
    public required string CreatorId { get; init; }

    /// <summary>A name for people: up to 255 units.</summary>
    public string FriendlyName { get; init; } = "";

    /// <summary>A remark for people: up to 511 units.</summary>
    public string Comment { get; init; } = "";

    /// <summary>How far the graph reaches, but for Any. The specification has the first three that follow alone; Loopback, for
    /// one machine, travels as LinkLocal with a flag that others ignore.</summary>
    public PeerGraphScope Scope { get; init; } = PeerGraphScope.Global;

    /// <summary>Whether records expire only while the node has neighbors.</summary>
    public bool DefersExpiration { get; init; }

    /// <summary>Lifetime of a presence record in seconds: 0 for 300, or 300 and more.</summary>
    public uint PresenceSeconds { get; init; }

    /// <summary>Presence records that there should be at the same time: 0 for none but those that applications ask for,
    /// <see cref="EveryNode"/> for all.</summary>
    public uint MaximumPresence { get; init; } = EveryNode;

    /// <summary>Largest payload and attributes of a record in bytes: 0 for 60 MB, or 1 KB to 60 MB.</summary>
    public uint MaximumRecordSize { get; init; }

    /// <summary>The lifetime of a presence record.</summary>
    public TimeSpan PresenceLifetime =>
        PresenceSeconds == 0 ? ShortestPresence : TimeSpan.FromSeconds(PresenceSeconds);
}
