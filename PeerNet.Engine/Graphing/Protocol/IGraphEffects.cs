using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>
/// What a <see cref="GraphMachine"/> does to the world. Called synchronously; an implementation must not call back into
/// the machine from here, but later.
/// </summary>
internal interface IGraphEffects
{
    /// <summary>
    /// Opens a connection, sends AUTH_INFO as the first message, and lets the security provider, if there is one,
    /// authenticate the other side. Then <see cref="GraphMachine.Authenticated"/> is called, or else
    /// <see cref="GraphMachine.Closed"/>; that also if the stream is not open within
    /// <see cref="GraphOptions.OpenTimeout"/>.
    /// </summary>
    void Connect(
        int connection, GraphEndpoint endpoint, GraphConnectionContext context, ReadOnlyMemory<byte> authInfo);

    /// <summary>The AUTH_INFO of an incoming connection is good: lets the security provider authenticate the other side.
    /// Then, and without a provider at once, <see cref="GraphMachine.Authenticated"/> is called, or else
    /// <see cref="GraphMachine.Closed"/>.</summary>
    void Authenticate(int connection, GraphConnectionContext context);

    /// <summary>Sends one message, behind those before. The bytes never change; several connections share them.</summary>
    void Send(int connection, ReadOnlyMemory<byte> message);

    /// <summary>Closes a connection, also one that is still being opened. <see cref="GraphMachine.Closed"/> may be called
    /// for it afterwards, but need not.</summary>
    /// <param name="connection">Which.</param>
    /// <param name="farewell">A last message; empty for none.</param>
    /// <param name="flush">Whether what was sent before leaves first, within the owner's patience. If not, the last
    /// message takes its place.</param>
    void Close(int connection, ReadOnlyMemory<byte> farewell, bool flush);

    /// <summary>A record is added, updated or deleted, by this node or another.</summary>
    void RecordChanged(RecordChange change, GraphRecord record);

    /// <summary>A record has expired and is purged. Tombstones go without a word.</summary>
    void RecordExpired(RecordKey key);

    /// <summary>A connection is made, lost, or came to nothing.</summary>
    void ConnectionChanged(ConnectionChange change, GraphConnectionInfo connection);

    /// <summary>A node's presence has changed.</summary>
    void NodeChanged(NodeChange change, GraphNode node);

    /// <summary>Data from the other side of a connection. The bytes are the receiver's.</summary>
    void DataReceived(int connection, Guid dataType, ReadOnlyMemory<byte> data);

    /// <summary>A synchronization that this node has begun is complete; the first one makes a new node ready.</summary>
    void Synchronized(int connection);

    /// <summary>The graph's state has changed.</summary>
    void StatusChanged(GraphStatus status);

    /// <summary>The graph's properties are known, or have changed.</summary>
    void PropertiesChanged(GraphProperties properties);

    /// <summary>How many records wait to be validated again.</summary>
    void DeferredChanged(int count);

    /// <summary>Long-term partition repair (MS-PPGRH 3.1.7.15): whoever can find another node of the graph should pass it
    /// to <see cref="GraphMachine.Connect"/> as a repair. Also asked for when a node without neighbors knows nobody.</summary>
    void FindNode();

    /// <summary>The store, or the security provider, has failed in something that no caller waits for. The record is not
    /// kept, and not passed on.</summary>
    void StoreFailed(PeerException failure);
}
