using System.Diagnostics.CodeAnalysis;
using PeerNet.Engine.Graphing.Records;

namespace PeerNet.Engine.Graphing.Protocol.Records;

/// <summary>Types of attributes and what their values look like, in attributes and in searches alike.</summary>
internal static class AttributeValues
{
    /// <summary>Most digits of a number. The specification has no limit.</summary>
    public const int MaximumDigits = 256;

    /// <summary>Reads a type's name.</summary>
    public static bool TryReadType([NotNullWhen(true)] string? name, out PeerAttributeType type)
    {
        (bool isType, type) = name switch
        {
            "string" => (true, PeerAttributeType.Text),
            "int" => (true, PeerAttributeType.Number),
            "date" => (true, PeerAttributeType.Date),
            _ => (false, default),
        };
        return isType;
    }

    /// <summary>A type's name in XML.</summary>
    public static string GetName(PeerAttributeType type) => type switch
    {
        PeerAttributeType.Number => "int",
        PeerAttributeType.Date => "date",
        _ => "string",
    };

    /// <summary>Whether a text is a value of a type.</summary>
    public static bool IsValue(PeerAttributeType type, string text) => type switch
    {
        PeerAttributeType.Number => IsNumber(text),
        PeerAttributeType.Date => IsoDate.TryRead(text, out _),
        _ => true,
    };

    /// <summary>What a value of a type looks like, for people.</summary>
    public static string Describe(PeerAttributeType type) => type switch
    {
        PeerAttributeType.Number => $"1 to {MaximumDigits} digits",
        PeerAttributeType.Date =>
            "a date of ISO 8601: YYYY, YYYY-MM, YYYY-MM-DD, or a day with a time such as 2003-01-31T18:30:00Z",
        _ => "text that XML can carry",
    };

    private static bool IsNumber(string text) =>
        text.Length is > 0 and <= MaximumDigits && !text.AsSpan().ContainsAnyExceptInRange('0', '9');
}
