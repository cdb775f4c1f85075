using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Graphing;

/// <summary>How a node's graphs are kept and reached.</summary>
internal sealed record GraphServiceOptions
{
    /// <summary>The folder of the databases.</summary>
    public required string Folder { get; init; }

    /// <summary>The file of the graphs that are opened at the start; null where others know them.</summary>
    public string? KeptFile { get; init; }

    /// <summary>The local addresses to use.</summary>
    public AddressChoice Addresses { get; init; } = AddressChoice.All;

    /// <summary>The port that the first graph listens on which names none itself; null for a free one.</summary>
    public int? Port { get; init; }

    /// <summary>A port that is taken where it is free and none was asked for; null for any.</summary>
    public int? UsualPort { get; init; }

    /// <summary>What the graphs are, in the names of their ports.</summary>
    public string Kind { get; init; } = "Graph";

    /// <summary>The most bytes that a database may grow to; null for what the disk has.</summary>
    public long? MaximumDatabaseBytes { get; init; }

    /// <summary>The protocol's constants and limits.</summary>
    public GraphOptions Graph { get; init; } = new();
}
