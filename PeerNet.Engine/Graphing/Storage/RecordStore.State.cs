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
            using SqliteDatabase database = SqliteDatabase.Open(path, GraphSchema.Instance, SqliteDurability.Normal);
            return new GraphStateRow(database).Read();
        }
        catch (PeerException)
        {
            // Whoever opens it is told what is wrong.
            return null;
        }
    }
}
