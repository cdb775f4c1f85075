namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>A record that an application wants to publish (MS-PPGRH 3.1.4.3).</summary>
internal sealed record RecordDraft
{
    /// <summary>Its type; none of the four internal ones.</summary>
    public required Guid Type { get; init; }

    /// <summary>When it expires: later than now.</summary>
    public required PeerTime Expires { get; init; }

    /// <summary>The content. It must not change afterwards.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The attributes as XML (MS-PPGRH 2.2.3.5); empty for none.</summary>
    public string Attributes { get; init; } = "";

    /// <summary>Whether this node renews it before it expires, as long as the graph is open. Nothing of that is on the
    /// wire.</summary>
    public bool IsAutoRefreshed { get; init; }
}
