using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>The keys of the records that were looked up or put last: what neighbors send more than once is not looked for in the
/// database each time.</summary>
internal sealed class RecentKeys
{
    // A megabyte.
    private const int Most = 8192;

    private readonly Dictionary<Guid, RecordKey> _keys = [];
    private Guid? _absent;

    public bool TryGet(Guid id, out RecordKey key) => _keys.TryGetValue(id, out key);

    /// <summary>There is such a record.</summary>
    public void Add(RecordKey key)
    {
        if (_keys.Count >= Most)
        {
            _keys.Clear();
        }

        _keys[key.Id] = key;
        _absent = null;
    }

    /// <summary>There is none with an id: whoever has asked puts it next.</summary>
    public void AddAbsent(Guid id) => _absent = id;

    /// <summary>Whether it is known that there is none.</summary>
    public bool IsAbsent(Guid id) => _absent == id;

    public void Remove(Guid id) => _keys.Remove(id);

    public void Clear()
    {
        _keys.Clear();
        _absent = null;
    }
}
