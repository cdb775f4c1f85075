using System.Runtime.InteropServices;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>Every stored record by its id, in memory: some 80 bytes each. Changes can be undone up to the last time they were
/// kept.</summary>
internal sealed class RecordIndex
{
    private readonly Dictionary<Guid, IndexEntry> _entries = [];
    private readonly Dictionary<Guid, int> _types = [];
    private readonly List<(Guid Id, IndexEntry? Before)> _undo = [];
    private long _last;

    /// <summary>How many records there are.</summary>
    public int Count => _entries.Count;

    /// <summary>The types of all records, each once.</summary>
    public IReadOnlyList<Guid> Types => [.. _types.Keys];

    /// <summary>The ids of all records, as they are now.</summary>
    public IReadOnlyList<Guid> Ids => [.. _entries.Keys];

    public bool TryGet(Guid id, out IndexEntry entry) => _entries.TryGetValue(id, out entry);

    /// <summary>A number that no record has.</summary>
    public long TakeNumber() => ++_last;

    /// <summary>Enters a record that is stored already; false where there is one with its id.</summary>
    public bool TryLoad(Guid id, IndexEntry entry)
    {
        if (_entries.ContainsKey(id))
        {
            return false;
        }

        _last = Math.Max(_last, entry.Number);
        Replace(id, entry);
        return true;
    }

    /// <summary>Enters a record, in the place of the one with its id.</summary>
    public void Set(Guid id, IndexEntry entry) => _undo.Add((id, Replace(id, entry)));

    public void Remove(Guid id) => _undo.Add((id, Replace(id, null)));

    /// <summary>Keeps all changes.</summary>
    public void Keep() => _undo.Clear();

    /// <summary>Undoes the changes that were not kept.</summary>
    public void Undo()
    {
        for (int i = _undo.Count - 1; i >= 0; i--)
        {
            Replace(_undo[i].Id, _undo[i].Before);
        }

        _undo.Clear();
    }

    // Returns what was there before.
    private IndexEntry? Replace(Guid id, IndexEntry? entry)
    {
        IndexEntry? before = _entries.Remove(id, out IndexEntry old) ? old : null;
        if (before is not null && --CollectionsMarshal.GetValueRefOrAddDefault(_types, old.Type, out _) == 0)
        {
            _types.Remove(old.Type);
        }

        if (entry is { } added)
        {
            _entries.Add(id, added);
            CollectionsMarshal.GetValueRefOrAddDefault(_types, added.Type, out _)++;
        }

        return before;
    }
}
