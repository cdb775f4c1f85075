using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Records;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>Writes the rows of records and their attributes.</summary>
internal sealed class RecordRows
{
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _update;
    private readonly SqliteStatement _delete;
    private readonly SqliteStatement _insertAttribute;
    private readonly SqliteStatement _deleteAttribute;
    private readonly SqliteStatement _insertSeveral;
    private readonly SqliteStatement _deleteSeveral;

    public RecordRows(SqliteDatabase database)
    {
        _insert = database.Prepare(
            """
            INSERT INTO record (kind, version, modified, expires, checksum, bytes, number, id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """);
        _update = database.Prepare(
            """
            UPDATE record SET kind = ?1, version = ?2, modified = ?3, expires = ?4, checksum = ?5, bytes = ?6
            WHERE number = ?7 AND id = ?8
            """);
        _delete = database.Prepare("DELETE FROM record WHERE number = ?1");
        _insertAttribute = database.Prepare(
            "INSERT OR IGNORE INTO attribute (name, type, value, record) VALUES (?1, ?2, ?3, ?4)");
        _deleteAttribute = database.Prepare(
            "DELETE FROM attribute WHERE name = ?1 AND type = ?2 AND value = ?3 AND record = ?4");
        _insertSeveral = database.Prepare("INSERT OR IGNORE INTO several (name, type, record) VALUES (?1, ?2, ?3)");
        _deleteSeveral = database.Prepare("DELETE FROM several WHERE name = ?1 AND type = ?2 AND record = ?3");
    }

    /// <summary>Adds a row.</summary>
    public void Insert(long number, long kind, GraphRecord record, ReadOnlyMemory<byte> bytes) =>
        Write(_insert, number, kind, record, bytes);

    /// <summary>Puts a record into a row that has no attributes any more.</summary>
    public void Update(long number, long kind, GraphRecord record, ReadOnlyMemory<byte> bytes) =>
        Write(_update, number, kind, record, bytes);

    /// <summary>Deletes a row that has no attributes any more.</summary>
    public void Delete(long number) => _delete.Execute(number);

    /// <summary>Deletes what the attributes of a row are found by.</summary>
    public void DeleteAttributes(long number, GraphRecord record) =>
        ForEachAttribute(_deleteAttribute, _deleteSeveral, number, record.Attributes);

    private void Write(SqliteStatement statement, long number, long kind, GraphRecord record, ReadOnlyMemory<byte> bytes)
    {
        bytes = bytes.IsEmpty ? RecordCodec.Encode(record) : bytes;
        statement.Execute(
            kind,
            (long)record.Version,
            SortKeys.OfTime(record.Modified),
            SortKeys.OfTime(record.Expires),
            (long)RecordChecksum.Compute(bytes.Span),
            bytes,
            number,
            SortKeys.OfId(record.Id));
        ForEachAttribute(_insertAttribute, _insertSeveral, number, record.Attributes);
    }

    private static void ForEachAttribute(SqliteStatement statement, SqliteStatement several, long number, string attributes)
    {
        if (attributes.Length == 0 || !RecordAttributes.TryRead(attributes, out IReadOnlyList<PeerRecordAttribute>? list))
        {
            return;
        }

        HashSet<(string Name, PeerAttributeType Type)>? seen = list.Count > 1 ? [] : null;
        foreach (PeerRecordAttribute attribute in list)
        {
            byte[] value = SortKeys.OfValue(attribute.Type, attribute.Text);
            statement.Execute(attribute.Name, (int)attribute.Type, value, number);
            if (seen?.Add((attribute.Name, attribute.Type)) == false)
            {
                several.Execute(attribute.Name, (int)attribute.Type, number);
            }
        }
    }
}
