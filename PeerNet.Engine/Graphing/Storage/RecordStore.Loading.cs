using Microsoft.Data.Sqlite;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Graphing.Storage;

/// <content>Reads what is stored.</content>
internal sealed partial class RecordStore
{
    private void Load()
    {
        List<Guid> dropped = [];
        const string all = "SELECT number, id, kind, creator, modified, expires, checksum, bytes FROM record ORDER BY number";
        _database.Query(all, row =>
        {
            GraphRecord record = _rows.Decode(row, bytes: 7, checksum: 6);
            if (!IsRowOf(row, record)
                || RecordRules.Check(record, State.GraphId, 0) != RecordFault.None
                || !_index.TryLoad(record.Id, ToEntry(row.GetInt64(0), record)))
            {
                throw SqliteFailure.Damaged(Location, $"the record '{record.Id}' is not what was stored.");
            }

            // MS-PPGRH 3.1.4.2
            if (IsOfTheMoment(record.Type))
            {
                dropped.Add(record.Id);
            }
        });
        if (dropped.Count > 0)
        {
            Change(() => dropped.ForEach(Remove));
        }
    }

    private static bool IsOfTheMoment(Guid type) =>
        type == RecordTypes.Presence || type == RecordTypes.Signature || type == RecordTypes.Contact;

    private static IndexEntry ToEntry(long number, GraphRecord record) =>
        new(number, record.Modified, record.Type, record.Version, record.Attributes.Length > 0);

    private static bool IsRowOf(SqliteDataReader row, GraphRecord record) =>
        row.GetFieldValue<byte[]>(1).AsSpan().SequenceEqual(SortKeys.OfId(record.Id))
        && row.GetInt64(2) == SortKeys.OfType(record.Type)
        && row.GetInt64(3) == SortKeys.OfCreator(record.CreatorId)
        && row.GetInt64(4) == SortKeys.OfTime(record.Modified)
        && row.GetInt64(5) == SortKeys.OfTime(record.Expires);
}
