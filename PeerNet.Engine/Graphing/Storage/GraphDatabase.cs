namespace PeerNet.Engine.Graphing.Storage;

/// <summary>The database of a graph that is open.</summary>
/// <param name="Name">Its name in the folder.</param>
/// <param name="IsNew">Whether it was made just now.</param>
/// <param name="Store">Its records, which belong to this from here on.</param>
internal sealed record GraphDatabase(string Name, bool IsNew, RecordStore Store) : IDisposable
{
    /// <summary>The peer id of the node's user.</summary>
    public string PeerId => Store.State.PeerId;

    public void Dispose() => Store.Dispose();
}
