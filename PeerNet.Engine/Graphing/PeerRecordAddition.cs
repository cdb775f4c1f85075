namespace PeerNet.Engine.Graphing;

/// <summary>A record that is to be added.</summary>
public sealed record PeerRecordAddition
{
    /// <summary>What the data is. The types of graphs and groups themselves are not allowed.</summary>
    public required Guid Type { get; init; }

    /// <summary>The data.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The attributes as XML (MS-PPGRH 2.2.3.5); empty for none.</summary>
    public string AttributesXml { get; init; } = "";

    /// <summary>When it is removed from all databases, by this node's clock.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>Whether this node renews it before it expires, as long as it has the graph open.</summary>
    public bool AutoRefresh { get; init; }
}
