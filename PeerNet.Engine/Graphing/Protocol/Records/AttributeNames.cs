namespace PeerNet.Engine.Graphing.Protocol.Records;

/// <summary>Names of attributes (MS-PPGRH 2.2.3.5).</summary>
internal static class AttributeNames
{
    /// <summary>Longest name.</summary>
    public const int MaximumLength = 40;

    public const string LastModifiedBy = "peerlastmodifiedby";
    public const string CreatorId = "peercreatorid";
    public const string LastModificationTime = "peerlastmodificationtime";
    public const string RecordId = "peerrecordid";
    public const string RecordType = "peerrecordtype";
    public const string CreationTime = "peercreationtime";

    /// <summary>The names that stand for a record's own fields in a search, and that no attribute may have. The specification
    /// lists seven, one of them twice.</summary>
    public static readonly IReadOnlyList<string> Reserved =
        [LastModifiedBy, CreatorId, LastModificationTime, RecordId, RecordType, CreationTime];

    /// <summary>Whether a name is 1 to 40 ASCII letters and digits.</summary>
    public static bool IsName(string name)
    {
        if (name.Length is 0 or > MaximumLength)
        {
            return false;
        }

        foreach (char unit in name)
        {
            if (!char.IsAsciiLetterOrDigit(unit))
            {
                return false;
            }
        }

        return true;
    }
}
