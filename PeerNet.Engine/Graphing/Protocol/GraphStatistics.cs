namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Counters of one graph.</summary>
internal sealed record GraphStatistics
{
    /// <summary>Messages received.</summary>
    public long MessagesIn { get; init; }

    /// <summary>Messages sent.</summary>
    public long MessagesOut { get; init; }

    /// <summary>Bytes of messages received, without framing.</summary>
    public long BytesIn { get; init; }

    /// <summary>Bytes of messages sent, without framing.</summary>
    public long BytesOut { get; init; }

    /// <summary>Records received that were new.</summary>
    public long RecordsUseful { get; init; }

    /// <summary>Records received that were there already.</summary>
    public long RecordsDuplicate { get; init; }

    /// <summary>Records received that were older than the ones here.</summary>
    public long RecordsOld { get; init; }

    /// <summary>Acknowledgements that said that a record sent from here was useful.</summary>
    public long AcksUseful { get; init; }

    /// <summary>Acknowledgements that said that it was not.</summary>
    public long AcksUseless { get; init; }

    /// <summary>Synchronizations that this node has begun and ended.</summary>
    public long Synchronizations { get; init; }

    /// <summary>Dropped, by reason: <c>Malformed</c>, <c>WrongState</c>, <c>InvalidRecord</c>, <c>Limit</c> and so on.</summary>
    public IReadOnlyDictionary<string, long> Dropped { get; init; } = new Dictionary<string, long>();
}
