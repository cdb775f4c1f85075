using PeerNet.Engine.Core;
using PeerNet.Engine.Storage;

namespace PeerNet.Engine.Graphing.Storage;

/// <content>What can be known of a database without opening its records.</content>
internal sealed partial class RecordStore
{
    /// <summary>Whether something in the batch has failed, so that nothing of it will be kept.</summary>
    public bool HasFailed => _failure is not null;

    /// <summary>What a database keeps beside the records; null where the file is none, is damaged, or belongs to nobody yet.</summary>
    public static GraphState? ReadState(string path)
    {
        try
        {
            return ReadOwner(path);
        }
        catch (PeerException)
        {
            // Whoever opens it is told what is wrong.
            return null;
        }
    }

    /// <summary>Finds out whether it can be read whose a database is; it may be nobody's yet.</summary>
    /// <exception cref="PeerException">It cannot: the file is damaged or none, or in use.</exception>
    public static void RequireReadable(string path) => ReadOwner(path);

    private static GraphState? ReadOwner(string path)
    {
        using SqliteDatabase database = SqliteDatabase.Open(path, GraphSchema.Instance, SqliteDurability.Normal);
        return new GraphStateRow(database).Read();
    }
}
