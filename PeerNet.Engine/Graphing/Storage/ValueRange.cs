using PeerNet.Engine.Graphing.Records;
using PeerNet.Engine.Graphing.Search;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>The keys of values of which a comparison may hold: those between two bounds, with what else each must have in it.
/// All that it leaves out does not hold.</summary>
internal sealed class ValueRange
{
    private readonly List<byte[]> _within = [];
    private byte[]? _least;
    private bool _isLeastOut;
    private byte[]? _most;
    private bool _isMostOut;

    private bool IsOne => _least is not null && _most is not null && _least.AsSpan().SequenceEqual(_most) && !_isLeastOut && !_isMostOut;

    /// <summary>Leaves out what a clause does.</summary>
    public void Narrow(SearchClause clause)
    {
        if (clause.Type == PeerAttributeType.Text)
        {
            NarrowText(clause.Comparison, clause.Pattern!);
        }
        else
        {
            Narrow(clause.Comparison, SortKeys.OfValue(clause.Type, clause.Value));
        }
    }

    /// <summary>The condition on <c>value</c>, which follows another one; empty where any will do.</summary>
    public SqlCondition ToCondition()
    {
        List<object?> values = [];
        string text = "";
        if (IsOne)
        {
            Add(_least, "=");
        }
        else
        {
            Add(_least, _isLeastOut ? ">" : ">=");
            Add(_most, _isMostOut ? "<" : "<=");
        }

        foreach (byte[] piece in _within)
        {
            // FTS5's trigrams would find a rare piece in a fiftieth of the time, but cost each text 1.6 times what its key does.
            // Of a long text the key has only the beginning.
            text += $" AND (instr(value, ?) > 0 OR length(value) >= {SortKeys.MaximumText})";
            values.Add(piece);
        }

        return new(text, values) { IsExact = IsOne };

        void Add(byte[]? bound, string comparison)
        {
            if (bound is not null)
            {
                text += $" AND value {comparison} ?";
                values.Add(bound);
            }
        }
    }

    // Long texts share the key of their beginning, therefore nothing is strict here.
    private void NarrowText(SearchComparison comparison, SearchPattern pattern)
    {
        byte[] key = SortKeys.OfText(pattern.Prefix);
        switch (comparison)
        {
            case SearchComparison.Less or SearchComparison.LessOrEqual:
                Narrow(SearchComparison.LessOrEqual, key);
                break;
            case SearchComparison.Greater or SearchComparison.GreaterOrEqual:
                Narrow(SearchComparison.GreaterOrEqual, key);
                break;
            case SearchComparison.Equal when !pattern.HasWildcards:
                Narrow(SearchComparison.Equal, key);
                break;
            case SearchComparison.Equal:
                NarrowPattern(pattern, key);
                break;
        }
    }

    private void NarrowPattern(SearchPattern pattern, byte[] prefix)
    {
        if (prefix.Length > 0)
        {
            Narrow(SearchComparison.GreaterOrEqual, prefix);
            if (GetBehind(prefix) is { } behind)
            {
                Narrow(SearchComparison.Less, behind);
            }
        }

        if (pattern.LongestPiece.Length > 0)
        {
            _within.Add(SortKeys.OfText(pattern.LongestPiece));
        }
    }

    private void Narrow(SearchComparison comparison, byte[] key)
    {
        if (comparison is SearchComparison.Equal or SearchComparison.Greater or SearchComparison.GreaterOrEqual)
        {
            NarrowBelow(key, comparison == SearchComparison.Greater);
        }

        if (comparison is SearchComparison.Equal or SearchComparison.Less or SearchComparison.LessOrEqual)
        {
            NarrowAbove(key, comparison == SearchComparison.Less);
        }
    }

    private void NarrowBelow(byte[] key, bool isOut)
    {
        int order = _least is null ? 1 : key.AsSpan().SequenceCompareTo(_least);
        (_least, _isLeastOut) = order > 0 ? (key, isOut) : (_least, order == 0 ? _isLeastOut || isOut : _isLeastOut);
    }

    private void NarrowAbove(byte[] key, bool isOut)
    {
        int order = _most is null ? -1 : key.AsSpan().SequenceCompareTo(_most);
        (_most, _isMostOut) = order < 0 ? (key, isOut) : (_most, order == 0 ? _isMostOut || isOut : _isMostOut);
    }

    // The first key behind all that begin with a prefix; null where there is none.
    private static byte[]? GetBehind(ReadOnlySpan<byte> prefix)
    {
        byte[] behind = prefix.TrimEnd(byte.MaxValue).ToArray();
        if (behind.Length == 0)
        {
            return null;
        }

        behind[^1]++;
        return behind;
    }
}
