using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>What a <see cref="GraphMachine"/> wants done: a message to send, a record to tell of, or a
/// <see cref="GraphDeed"/>. The first two come by the thousand, and cost no object.</summary>
/// <param name="Connection">The connection it concerns; 0 for none. Where what has led to it is not kept, that connection
/// cannot go on.</param>
/// <param name="Message">A message that leaves behind those before; empty for none. The bytes never change; several
/// connections share them.</param>
/// <param name="Record">A record that was added, updated or deleted, by this node or another; null for none.</param>
/// <param name="Change">What has become of it.</param>
/// <param name="Deed">What else there is to do; null for nothing.</param>
internal readonly record struct GraphEffect(
    int Connection, ReadOnlyMemory<byte> Message, GraphRecord? Record, PeerRecordChangeType Change, GraphDeed? Deed)
{
    public static GraphEffect Send(int connection, ReadOnlyMemory<byte> message) => new(connection, message, null, default, null);

    public static GraphEffect Tell(PeerRecordChangeType change, GraphRecord record) => new(0, default, record, change, null);

    public static GraphEffect Do(int connection, GraphDeed deed) => new(connection, default, null, default, deed);
}

/// <summary>What a <see cref="GraphMachine"/> wants done besides sending messages and telling of records.</summary>
internal abstract record GraphDeed
{
    private GraphDeed()
    {
    }

    /// <summary>Open the connection, send AUTH_INFO as the first message, and let the security provider, if there is one,
    /// authenticate the other side. Then say <see cref="GraphMachine.Authenticated"/>, or else
    /// <see cref="GraphMachine.Closed"/>; that also if the stream is not open within <see cref="GraphOptions.OpenTimeout"/>.</summary>
    internal sealed record Connect(GraphEndpoint Endpoint, GraphConnectionContext Context, ReadOnlyMemory<byte> AuthInfo) : GraphDeed;

    /// <summary>The AUTH_INFO of an incoming connection is good: let the security provider authenticate the other side.
    /// Then, and without a provider at once, say <see cref="GraphMachine.Authenticated"/>, or else
    /// <see cref="GraphMachine.Closed"/>.</summary>
    internal sealed record Authenticate(GraphConnectionContext Context) : GraphDeed;

    /// <summary>Close the connection, also one that is still being opened. <see cref="GraphMachine.Closed"/> may be said of
    /// it afterwards, but need not.</summary>
    /// <param name="Farewell">A last message; empty for none.</param>
    /// <param name="Flush">Whether what was sent before leaves first, within the owner's patience. If not, the last message
    /// takes its place.</param>
    internal sealed record Close(ReadOnlyMemory<byte> Farewell, bool Flush) : GraphDeed;

    /// <summary>Tell: a record has expired and is purged. Tombstones go without a word.</summary>
    internal sealed record RecordExpired(RecordKey Key) : GraphDeed;

    /// <summary>Tell: a connection is made, lost, or came to nothing.</summary>
    internal sealed record ConnectionChanged(PeerConnectionChangeType Change, GraphConnectionInfo Connection) : GraphDeed;

    /// <summary>Tell: a node's presence has changed.</summary>
    internal sealed record NodeChanged(PeerGraphNodeChangeType Change, GraphNode Node) : GraphDeed;

    /// <summary>Tell: data came from the other side of the connection.</summary>
    internal sealed record DataReceived(string PeerId, Guid DataType, ReadOnlyMemory<byte> Data) : GraphDeed;

    /// <summary>Tell: a synchronization that this node has begun is complete; the first one makes a new node ready.</summary>
    internal sealed record Synchronized : GraphDeed;

    /// <summary>Tell: the graph's state has changed.</summary>
    internal sealed record StatusChanged : GraphDeed;

    /// <summary>Tell: the graph's properties are known, or have changed.</summary>
    internal sealed record PropertiesChanged : GraphDeed;

    /// <summary>Find another node of the graph for long-term partition repair (MS-PPGRH 3.1.7.15), and say
    /// <see cref="GraphMachine.Repair"/>. Also wanted when a node without neighbors knows nobody.</summary>
    internal sealed record FindNode : GraphDeed;

    /// <summary>Tell: the store, or the security provider, has failed in something that no caller waits for. The record is
    /// not kept, and not passed on.</summary>
    internal sealed record Failed(PeerException Failure) : GraphDeed;
}
