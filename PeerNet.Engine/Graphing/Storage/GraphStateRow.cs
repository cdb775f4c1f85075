using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>The one row that says whose database it is, and what else is kept of the graph. Texts are UTF-16: ids may hold half a
/// surrogate pair, which SQLite's own texts cannot.</summary>
internal sealed class GraphStateRow(SqliteDatabase database)
{
    private readonly SqliteStatement _select = database.Prepare(
        "SELECT id, peer, creator, time_delta, left_at, is_synchronized, info, node_attributes, is_judged FROM graph");

    private readonly SqliteStatement _insert = database.Prepare(
        """
        INSERT INTO graph (rowid, id, peer, creator, time_delta, left_at, is_synchronized, info, node_attributes, is_judged)
        VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        ON CONFLICT (rowid) DO UPDATE SET
            creator = ?3, time_delta = ?4, left_at = ?5, is_synchronized = ?6, info = ?7, node_attributes = ?8,
            is_judged = ?9
        """);

    /// <summary>What a database keeps beside the records; null where the file is none, is damaged, or belongs to nobody yet.</summary>
    public static GraphState? TryReadFile(string path)
    {
        try
        {
            return ReadFile(path);
        }
        catch (PeerException)
        {
            // Whoever opens it is told what is wrong.
            return null;
        }
    }

    /// <summary>Finds out whether it can be read whose a database is; it may be nobody's yet.</summary>
    /// <exception cref="PeerException">It cannot: the file is damaged or none, or in use.</exception>
    public static void RequireReadable(string path) => ReadFile(path);

    /// <summary>Reads it; null where the database was made but not begun.</summary>
    public GraphState? Read()
    {
        GraphState? state = null;
        _select.Query(row => state = new GraphState
        {
            GraphId = Utf16.Decode(row.GetBytes(0)),
            PeerId = Utf16.Decode(row.GetBytes(1)),
            CreatorId = Utf16.Decode(row.GetBytes(2)),
            PeerTimeDelta = new(row.GetInt64(3)),
            Left = row.IsNull(4) ? null : SortKeys.ToTime(row.GetInt64(4)),
            IsSynchronized = row.GetBoolean(5),
            GraphInfo = row.GetBytes(6),
            NodeAttributes = Utf16.Decode(row.GetBytes(7)),
            IsJudged = row.GetBoolean(8),
        });
        return state;
    }

    /// <summary>Writes all but whose database it is, which stays.</summary>
    public void Write(GraphState state) => _insert.Execute(
        Utf16.Encode(state.GraphId),
        Utf16.Encode(state.PeerId),
        Utf16.Encode(state.CreatorId),
        state.PeerTimeDelta.Ticks,
        state.Left is { } left ? SortKeys.OfTime(left) : null,
        state.IsSynchronized,
        state.GraphInfo.ToArray(),
        Utf16.Encode(state.NodeAttributes),
        state.IsJudged);

    private static GraphState? ReadFile(string path)
    {
        using SqliteDatabase database = SqliteDatabase.Open(
            path, GraphSchema.Instance, SqliteDurability.Normal, RecordStore.CheckedBytes);
        return new GraphStateRow(database).Read();
    }
}
