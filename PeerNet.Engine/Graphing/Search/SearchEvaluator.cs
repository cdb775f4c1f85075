using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Records;

namespace PeerNet.Engine.Graphing.Search;

/// <summary>Tells whether one record is found. Whatever an index may say, this is what a search means.</summary>
internal sealed class SearchEvaluator(GraphRecord record, TimeSpan peerTimeDelta)
{
    private IReadOnlyList<PeerRecordAttribute>? _attributes;

    public bool IsMatch(SearchNode node) => node switch
    {
        SearchClause clause => IsMatch(clause),
        SearchGroup { IsAll: true } group => group.Children.All(IsMatch),
        SearchGroup group => group.Children.Any(IsMatch),
        _ => throw new ArgumentException("There are no other nodes.", nameof(node)),
    };

    /// <summary>Whether a type of records can hold what a clause says of it.</summary>
    public static bool IsMatch(SearchClause clause, Guid id) => IsText(clause, id.ToString());

    private bool IsMatch(SearchClause clause) => clause.Name switch
    {
        AttributeNames.CreatorId => IsText(clause, record.CreatorId),
        AttributeNames.LastModifiedBy => IsText(clause, record.ModifierId),
        AttributeNames.RecordId => IsMatch(clause, record.Id),
        AttributeNames.RecordType => IsMatch(clause, record.Type),
        AttributeNames.CreationTime => IsTime(clause, record.Created),
        AttributeNames.LastModificationTime => IsTime(clause, record.Modified),
        _ => IsAttribute(clause),
    };

    private bool IsAttribute(SearchClause clause)
    {
        // What does not follow the syntax was never stored.
        _attributes ??= RecordAttributes.TryRead(record.Attributes, out IReadOnlyList<PeerRecordAttribute>? read) ? read : [];
        foreach (PeerRecordAttribute attribute in _attributes)
        {
            if (attribute.Name == clause.Name && attribute.Type == clause.Type && IsValue(clause, attribute.Text))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsValue(SearchClause clause, string text) => clause.Type switch
    {
        PeerAttributeType.Number => IsOrder(clause, CompareDigits(text.AsSpan().TrimStart('0'), clause.Digits)),
        PeerAttributeType.Date => IsoDate.TryRead(text, out DateTimeOffset date) && IsOrder(clause, date.CompareTo(clause.Date)),
        _ => IsText(clause, text),
    };

    private bool IsTime(SearchClause clause, PeerTime time) =>
        IsOrder(clause, time.CompareTo(PeerTime.FromUtc(clause.Date, peerTimeDelta)));

    private static bool IsText(SearchClause clause, string text) => clause.Comparison switch
    {
        SearchComparison.Equal => clause.Pattern!.Matches(text),
        SearchComparison.NotEqual => !clause.Pattern!.Matches(text),
        _ => IsOrder(clause, string.CompareOrdinal(text, clause.Pattern!.Prefix)),
    };

    private static int CompareDigits(ReadOnlySpan<char> left, ReadOnlySpan<char> right) =>
        left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.SequenceCompareTo(right);

    private static bool IsOrder(SearchClause clause, int order) => clause.Comparison switch
    {
        SearchComparison.Equal => order == 0,
        SearchComparison.NotEqual => order != 0,
        SearchComparison.Less => order < 0,
        SearchComparison.LessOrEqual => order <= 0,
        SearchComparison.Greater => order > 0,
        _ => order >= 0,
    };
}
