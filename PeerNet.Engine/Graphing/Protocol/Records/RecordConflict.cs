namespace PeerNet.Engine.Graphing.Protocol.Records;

/// <summary>Which of two records with one id replaces the other (MS-PPGRH 3.1.7.32).</summary>
internal static class RecordConflict
{
    /// <summary>Above 0 where the left record is the newer, below 0 where it is the older, 0 where both are the same.</summary>
    /// <remarks>Different versions decide alone, and those are in <see cref="RecordKey"/>: only equal versions need the
    /// records themselves.</remarks>
    public static int Compare(GraphRecord left, GraphRecord right)
    {
        int order = left.Version.CompareTo(right.Version);

        // The absent modifier is the least of all strings, which covers "updated or not" too.
        order = order != 0 ? order : string.CompareOrdinal(left.ModifierId, right.ModifierId);
        order = order != 0 ? order : left.Modified.CompareTo(right.Modified);
        order = order != 0 ? order : left.SecurityData.Length.CompareTo(right.SecurityData.Length);
        return order != 0 ? order : left.SecurityData.Span.SequenceCompareTo(right.SecurityData.Span);
    }
}
