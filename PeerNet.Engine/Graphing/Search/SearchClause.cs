using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Records;

namespace PeerNet.Engine.Graphing.Search;

/// <summary>
/// A comparison of an attribute with a value. It holds for a record that has an attribute of that name and type whose value
/// compares so; a record without one is not found, with <see cref="SearchComparison.NotEqual"/> neither. The names that are
/// reserved stand for the record's own fields.
/// </summary>
internal sealed class SearchClause : SearchNode
{
    private SearchClause(string name, PeerAttributeType type, SearchComparison comparison, string value)
    {
        Name = name;
        Type = type;
        Comparison = comparison;
        Value = value;
    }

    /// <summary>The attribute's name. Case counts.</summary>
    public string Name { get; }

    /// <summary>Its type.</summary>
    public PeerAttributeType Type { get; }

    /// <summary>How it compares.</summary>
    public SearchComparison Comparison { get; }

    /// <summary>The value as XML has it.</summary>
    public string Value { get; }

    /// <summary>What a text is compared with.</summary>
    public SearchPattern? Pattern { get; private init; }

    /// <summary>What a date is compared with.</summary>
    public DateTimeOffset Date { get; private init; }

    /// <summary>What a number is compared with, without leading zeros.</summary>
    public string Digits { get; private init; } = "";

    /// <summary>Makes a clause.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">The type.</param>
    /// <param name="comparison">The comparison.</param>
    /// <param name="value">The value, with wildcards and escapes where it is a text.</param>
    /// <param name="flaw">What is wrong with it; null where nothing is.</param>
    /// <returns>Null where something is wrong.</returns>
    public static SearchClause? TryCreate(
        string name, PeerAttributeType type, SearchComparison comparison, string value, out string? flaw)
    {
        string trimmed = type == PeerAttributeType.Text ? value : value.Trim();
        flaw = FindFlaw(name, type, trimmed);
        if (flaw is not null)
        {
            return null;
        }

        SearchPattern? pattern = null;
        if (type == PeerAttributeType.Text)
        {
            pattern = SearchPattern.TryParse(IsId(name) ? trimmed.ToLowerInvariant().Trim('{', '}') : trimmed);
            flaw = pattern is null ? "'\\' stands only before '*', '?' and '\\'."
                : pattern.HasWildcards && comparison is not (SearchComparison.Equal or SearchComparison.NotEqual)
                    ? "wildcards can be compared by 'equal' and 'notequal' only; '\\' before one takes its meaning away."
                : null;
        }

        IsoDate.TryRead(type == PeerAttributeType.Date ? trimmed : "", out DateTimeOffset date);
        return flaw is not null ? null : new(name, type, comparison, trimmed)
        {
            Pattern = pattern,
            Date = date,
            Digits = type == PeerAttributeType.Number ? trimmed.TrimStart('0') : "",
        };
    }

    /// <summary>The type that a reserved name has; null for other names.</summary>
    public static PeerAttributeType? GetReservedType(string name) =>
        !AttributeNames.Reserved.Contains(name) ? null
        : name is AttributeNames.CreationTime or AttributeNames.LastModificationTime ? PeerAttributeType.Date
        : PeerAttributeType.Text;

    private static bool IsId(string name) => name is AttributeNames.RecordId or AttributeNames.RecordType;

    private static string? FindFlaw(string name, PeerAttributeType type, string value)
    {
        if (!AttributeNames.IsName(name))
        {
            return $"an attribute's name is 1 to {AttributeNames.MaximumLength} ASCII letters and digits.";
        }

        if (GetReservedType(name) is { } reserved && reserved != type)
        {
            return $"'{name}' has the type '{AttributeValues.GetName(reserved)}'.";
        }

        return AttributeValues.IsValue(type, value) && SafeXml.IsContent(value)
            ? null
            : $"a value of type '{AttributeValues.GetName(type)}' is {AttributeValues.Describe(type)}.";
    }
}
