namespace PeerNet.Engine.Graphing;

/// <summary>What has become of a record.</summary>
/// <param name="Change">What has happened.</param>
/// <param name="GraphId">The graph's id.</param>
/// <param name="RecordId">The record's id.</param>
/// <param name="RecordType">The record's type.</param>
public sealed record PeerRecordChange(PeerRecordChangeType Change, string GraphId, Guid RecordId, Guid RecordType)
{
    private readonly PeerRecord? _record;
    private readonly Func<PeerRecord?>? _find;

    /// <summary>The record; null of one that has expired. Changes wait for those who want to know of them, and must not
    /// keep large records in memory: such a one is read from the graph when it is asked for, as it is then, and is null
    /// where the graph does not have it any more or is closed.</summary>
    public PeerRecord? Record => _find is null ? _record : _find();

    /// <summary>About how many bytes the change keeps in memory.</summary>
    internal long Size { get; private init; }

    /// <summary>A change that carries its record.</summary>
    internal PeerRecordChange With(PeerRecord record, int size) => new(this, record, find: null, size);

    /// <summary>A change whose record is read when it is asked for.</summary>
    internal PeerRecordChange With(Func<PeerRecord?> find) => new(this, record: null, find, size: 0);

    private PeerRecordChange(PeerRecordChange change, PeerRecord? record, Func<PeerRecord?>? find, long size)
        : this(change.Change, change.GraphId, change.RecordId, change.RecordType) =>
        (_record, _find, Size) = (record, find, size);

    /// <summary>What has happened, and to which record.</summary>
    public override string ToString() => $"{Change} {RecordId}";
}
