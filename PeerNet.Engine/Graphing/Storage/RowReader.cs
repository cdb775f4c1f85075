using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>Reads the rows of records, through one connection. What a row says of a record is what its bytes say, or the
/// database is damaged.</summary>
internal sealed class RowReader(SqliteDatabase database, RecordProof proof)
{
    /// <summary>The columns of a row.</summary>
    public const string Columns =
        "number, id, (SELECT type.id FROM type WHERE type.number = kind), version, modified, expires, checksum, bytes";

    private readonly SqliteStatement _ofNumber = database.Prepare($"SELECT {Columns} FROM record WHERE number = ?1");
    private readonly SqliteStatement _ofPlace = database.Prepare(
        $"SELECT {Columns} FROM record WHERE number = ({RecordPlaces.FindSql})");

    /// <summary>The record of a row; null where there is none.</summary>
    public GraphRecord? Read(long number)
    {
        proof.RequireSound();
        GraphRecord? record = null;
        _ofNumber.Query(row => record = Decode(row), number);
        return record;
    }

    /// <summary>The record of the row that the table of places names for an id; null where there is none.</summary>
    public GraphRecord? ReadPlaced(Guid id, out long number)
    {
        proof.RequireSound();
        (long Number, GraphRecord? Record) found = default;
        _ofPlace.Query(row => found = (GetNumber(row), Decode(row)), SortKeys.OfId(id));
        number = found.Number;
        return found.Record;
    }

    /// <summary>The number of a row that is being read.</summary>
    public static long GetNumber(SqliteRow row) => row.GetInt64(0);

    /// <summary>The record of a row that is being read.</summary>
    /// <exception cref="Core.PeerException">The row is not what was stored.</exception>
    public GraphRecord Decode(SqliteRow row)
    {
        byte[] bytes = row.GetBytes(7);
        return RecordChecksum.Compute(bytes) == row.GetInt64(6)
            && RecordCodec.Read(bytes, out GraphRecord? record) == RecordFault.None
            && IsRowOf(row, record!)
            && proof.Holds(GetNumber(row), record!)
                ? record!
                : throw SqliteFailure.Damaged(database.Location, "a record is not what was stored.");
    }

    private static bool IsRowOf(SqliteRow row, GraphRecord record) =>
        IsId(row, 1, record.Id)
        && IsId(row, 2, record.Type)
        && row.GetInt64(3) == record.Version
        && row.GetInt64(4) == SortKeys.OfTime(record.Modified)
        && row.GetInt64(5) == SortKeys.OfTime(record.Expires);

    // Without the array that the reader would make of the column.
    private static bool IsId(SqliteRow row, int column, Guid id)
    {
        ReadOnlySpan<byte> bytes = row.GetSpan(column);
        return bytes.Length == SortKeys.IdLength && SortKeys.ToId(bytes) == id;
    }
}
