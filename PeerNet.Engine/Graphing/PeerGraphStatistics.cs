using System.Globalization;

namespace PeerNet.Engine.Graphing;

/// <summary>Counters of a graph since it was opened.</summary>
public sealed record PeerGraphStatistics
{
    /// <summary>Messages that came and were understood.</summary>
    public long MessagesIn { get; init; }

    /// <summary>Messages sent.</summary>
    public long MessagesOut { get; init; }

    /// <summary>Bytes of messages that came.</summary>
    public long BytesIn { get; init; }

    /// <summary>Bytes of messages queued to be sent.</summary>
    public long BytesOut { get; init; }

    /// <summary>Records that came and were new here.</summary>
    public long RecordsReceived { get; init; }

    /// <summary>Records that came although they were here already.</summary>
    public long RecordsDuplicate { get; init; }

    /// <summary>Connections that came about.</summary>
    public long ConnectionsMade { get; init; }

    /// <summary>Connections that were refused, or failed before they came about.</summary>
    public long ConnectionsFailed { get; init; }

    /// <summary>What was dropped, by reason: messages, records, connections, data nobody received.</summary>
    public IReadOnlyDictionary<string, long> Dropped { get; init; } = new Dictionary<string, long>();

    /// <summary>Messages in and out.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{MessagesIn} messages in, {MessagesOut} out");
}
