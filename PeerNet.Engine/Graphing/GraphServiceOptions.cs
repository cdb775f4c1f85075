using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Graphing;

/// <summary>How a node's graphs are kept and reached.</summary>
internal sealed record GraphServiceOptions
{
    /// <summary>The folder of the databases.</summary>
    public required string Folder { get; init; }

    /// <summary>The local addresses to use.</summary>
    public AddressChoice Addresses { get; init; } = AddressChoice.All;

    /// <summary>The port that the first graph listens on which names none itself; null for a free one.</summary>
    public int? Port { get; init; }

    /// <summary>The most bytes that a database may grow to; null for what the disk has.</summary>
    public long? MaximumDatabaseBytes { get; init; }

    /// <summary>Connections of others to all graphs.</summary>
    public int MaximumConnections { get; init; } = DescriptorShares.MaximumGraphs;

    /// <summary>The protocol's constants and limits.</summary>
    public GraphOptions Graph { get; init; } = new();
}
