using Microsoft.Data.Sqlite;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Records;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>The rows of records and their attributes.</summary>
internal sealed class RecordRows
{
    private readonly SqliteDatabase _database;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _update;
    private readonly SqliteStatement _delete;
    private readonly SqliteStatement _select;
    private readonly SqliteStatement _insertAttribute;
    private readonly SqliteStatement _deleteAttribute;

    public RecordRows(SqliteDatabase database)
    {
        _database = database;
        _insert = database.Prepare(
            """
            INSERT INTO record (id, kind, creator, modified, expires, checksum, bytes, number)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """);
        _update = database.Prepare(
            """
            UPDATE record SET id = ?1, kind = ?2, creator = ?3, modified = ?4, expires = ?5, checksum = ?6, bytes = ?7
            WHERE number = ?8
            """);
        _delete = database.Prepare("DELETE FROM record WHERE number = ?1");
        _select = database.Prepare("SELECT bytes, checksum FROM record WHERE number = ?1");
        _insertAttribute = database.Prepare(
            "INSERT OR IGNORE INTO attribute (name, type, value, record) VALUES (?1, ?2, ?3, ?4)");
        _deleteAttribute = database.Prepare(
            "DELETE FROM attribute WHERE name = ?1 AND type = ?2 AND value = ?3 AND record = ?4");
    }

    /// <summary>Adds a row.</summary>
    public void Insert(long number, GraphRecord record) => Write(_insert, number, record);

    /// <summary>Puts a record into a row that has no attributes any more.</summary>
    public void Update(long number, GraphRecord record) => Write(_update, number, record);

    /// <summary>Deletes a row.</summary>
    public void Delete(long number) => _delete.Execute(number);

    /// <summary>Deletes what the attributes of a row are found by.</summary>
    public void DeleteAttributes(long number) => ForEachAttribute(_deleteAttribute, number, Read(number)?.Attributes ?? "");

    /// <summary>Reads a row; null where there is none.</summary>
    public GraphRecord? Read(long number)
    {
        GraphRecord? record = null;
        _select.Query(row => record = Decode(row, 0, 1), number);
        return record;
    }

    /// <summary>The record of a row that is being read.</summary>
    /// <param name="row">The row.</param>
    /// <param name="bytes">The column of its bytes.</param>
    /// <param name="checksum">The column of their checksum.</param>
    /// <exception cref="Core.PeerException">The bytes are not those that were stored.</exception>
    public GraphRecord Decode(SqliteDataReader row, int bytes, int checksum)
    {
        byte[] content = row.GetFieldValue<byte[]>(bytes);
        return RecordChecksum.Compute(content) == row.GetInt64(checksum)
            && RecordCodec.Read(content, out GraphRecord? record) == RecordFault.None
            ? record!
            : throw SqliteFailure.Damaged(_database.Location, "a record is not what was stored.");
    }

    private void Write(SqliteStatement statement, long number, GraphRecord record)
    {
        byte[] bytes = RecordCodec.Encode(record);
        statement.Execute(
            SortKeys.OfId(record.Id),
            SortKeys.OfType(record.Type),
            SortKeys.OfCreator(record.CreatorId),
            SortKeys.OfTime(record.Modified),
            SortKeys.OfTime(record.Expires),
            (long)RecordChecksum.Compute(bytes),
            bytes,
            number);
        ForEachAttribute(_insertAttribute, number, record.Attributes);
    }

    private static void ForEachAttribute(SqliteStatement statement, long number, string attributes)
    {
        if (attributes.Length == 0 || !RecordAttributes.TryRead(attributes, out IReadOnlyList<PeerRecordAttribute>? list))
        {
            return;
        }

        foreach (PeerRecordAttribute attribute in list)
        {
            byte[] value = SortKeys.OfValue(attribute.Type, attribute.Text);
            statement.Execute(attribute.Name, (int)attribute.Type, value, number);
        }
    }
}
