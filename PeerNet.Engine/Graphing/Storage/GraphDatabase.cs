using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing.Storage;

/// <summary>The database of a graph that is open: its records, and batches of changes to them.</summary>
/// <param name="name">Its name in the folder.</param>
/// <param name="isNew">Whether it was made just now.</param>
/// <param name="store">The records, which belong to this from here on.</param>
internal sealed class GraphDatabase(string name, bool isNew, RecordStore store) : IDisposable
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Whether it was made just now.</summary>
    public bool IsNew => isNew;

    /// <summary>The peer id of the node's user.</summary>
    public string PeerId => store.State.PeerId;

    /// <summary>The records.</summary>
    public RecordStore Store => store;

    /// <summary>Whether nothing of the batch will be kept.</summary>
    public bool HasFailed => store.HasFailed;

    /// <summary>Begins a batch.</summary>
    /// <param name="isDurable">Whether a power failure may not undo it.</param>
    public void Begin(bool isDurable) => store.Begin(isDurable);

    /// <summary>Keeps the batch.</summary>
    /// <exception cref="PeerException">The disk is full or has failed meanwhile; nothing of the batch is kept.</exception>
    public void Commit() => store.Commit();

    public void Dispose() => store.Dispose();
}
