namespace PeerNet.Engine.Graphing.Protocol.Records;

/// <summary>A record without its content, in the order that hash synchronization sorts by: modification time, then id, as
/// unsigned big-endian numbers (MS-PPGRH 3.1.7.31).</summary>
/// <param name="Modified">When it was changed last.</param>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Type">Its type.</param>
internal readonly record struct RecordKey(PeerTime Modified, Guid Id, uint Version, Guid Type) : IComparable<RecordKey>
{
    // Guid compares its fields as unsigned numbers, which is the order of its big-endian bytes.
    public int CompareTo(RecordKey other) => Modified.CompareTo(other.Modified) is var order && order != 0
        ? order
        : Id.CompareTo(other.Id);

    public static bool operator <(RecordKey left, RecordKey right) => left.CompareTo(right) < 0;

    public static bool operator <=(RecordKey left, RecordKey right) => left.CompareTo(right) <= 0;

    public static bool operator >(RecordKey left, RecordKey right) => left.CompareTo(right) > 0;

    public static bool operator >=(RecordKey left, RecordKey right) => left.CompareTo(right) >= 0;
}
