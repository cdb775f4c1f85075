using System.Diagnostics.CodeAnalysis;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.NameService.Protocol;

/// <summary>The names that were asked for lately, and the searches for them: one for all who ask for a name meanwhile.</summary>
internal sealed class NameTable
{
    private readonly Dictionary<byte[], KnownName> _names = new(NameBytes.Instance);
    private readonly Dictionary<byte[], KnownName>.AlternateLookup<ReadOnlySpan<byte>> _byBytes;
    private readonly Dictionary<int, KnownName> _searches = [];
    private readonly SourcePlaces _places = new(DnsLimits.MaximumSearches, DnsLimits.MaximumSearchesEach);
    private readonly FairLimiter _pace =
        new(DnsLimits.SearchesPerSecond, DnsLimits.SearchBurst, DnsLimits.MaximumSources);

    private int _lastSearch;

    public NameTable() => _byBytes = _names.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Names that are remembered or searched for.</summary>
    public int Count => _names.Count;

    /// <summary>Searches that go on.</summary>
    public int Searches => _searches.Count;

    /// <summary>What is known of a name at this time.</summary>
    public bool TryFind(ReadOnlySpan<byte> key, TimeSpan now, [NotNullWhen(true)] out KnownName? known) =>
        _byBytes.TryGetValue(key, out known) && (known.IsSearching || now < known.Until);

    /// <summary>Begins a search.</summary>
    /// <returns>Null where there are too many: in all, or of this source.</returns>
    public KnownName? Open(ReadOnlySpan<byte> key, PeerName name, AddressBlock source, TimeSpan now)
    {
        if (!_places.TryEnter(source))
        {
            return null;
        }

        if (!_pace.TryTake(source, now))
        {
            _places.Leave(source);
            return null;
        }

        MakeRoom(now);
        var known = new KnownName(key.ToArray(), name, ++_lastSearch, source);
        _names[known.Key] = known;
        _searches.Add(known.Search, known);
        return known;
    }

    /// <summary>A search has ended.</summary>
    public bool TryEnd(int search, [NotNullWhen(true)] out KnownName? known)
    {
        if (!_searches.Remove(search, out known))
        {
            return false;
        }

        _places.Leave(known.Searcher);
        return true;
    }

    private void MakeRoom(TimeSpan now)
    {
        if (_names.Count < DnsLimits.MaximumNames)
        {
            return;
        }

        foreach (KnownName known in _names.Values.Where(known => !known.IsSearching && known.Until <= now).ToArray())
        {
            _names.Remove(known.Key);
        }

        if (_names.Count >= DnsLimits.MaximumNames)
        {
            _names.Remove(_names.Values.Where(known => !known.IsSearching).MinBy(known => known.Until)!.Key);
        }
    }

    private sealed class NameBytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static NameBytes Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        // With a key of this process, so that nobody can choose names that fall on each other.
        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
