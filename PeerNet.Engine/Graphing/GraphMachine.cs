using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Records;

namespace PeerNet.Engine.Graphing;

/// <summary>
/// One node in one graph: the whole of MS-PPGRH 3.1 without sockets, clock or threads. Calls must not overlap. After
/// every call the owner sees to it that <see cref="Advance"/> is called at <see cref="NextDue"/>.
/// </summary>
/// <remarks>Methods that applications call throw <see cref="PeerException"/> for what cannot be done; what the network or
/// the clock bring never throws.</remarks>
internal sealed class GraphMachine
{
    /// <summary>Makes a machine for a graph that is not open yet.</summary>
    /// <exception cref="ArgumentException">The options are not valid; the message names every error.</exception>
    public GraphMachine(
        GraphSettings settings, GraphOptions options, IRecordStore store, IRandomSource random, IGraphEffects effects)
    {
        _ = (settings, options, store, random, effects);
    }

    /// <summary>This node's id in the graph: chance, anew with each machine.</summary>
    public ulong NodeId => throw new NotImplementedException();

    /// <summary>What the graph is doing.</summary>
    public GraphStatus Status => throw new NotImplementedException();

    /// <summary>Whether records may be published: the graph was created here, or has been synchronized once.</summary>
    public bool IsReady => throw new NotImplementedException();

    /// <summary>The graph's properties; null before they are known.</summary>
    public GraphProperties? Properties => throw new NotImplementedException();

    /// <summary>How much this node's clock is ahead of peer time; what the owner keeps for the next <see cref="Open"/>.</summary>
    public TimeSpan PeerTimeDelta => throw new NotImplementedException();

    /// <summary>The peer time up to which the database was in touch with others: now while there are neighbors, else when
    /// the last one was lost; null if there has never been one. What the owner keeps for the next <see cref="Open"/>.</summary>
    public PeerTime? LastConnected => throw new NotImplementedException();

    /// <summary>The lowest node id that is known, from the signature record; null without one.</summary>
    public ulong? Signature => throw new NotImplementedException();

    /// <summary>Fewest contacts that the graph should have; at most five more are fine (MS-PPGRH 3.1.7.12).</summary>
    public int MinimumContacts => throw new NotImplementedException();

    /// <summary>When <see cref="Advance"/> is wanted next, on the scale of <see cref="GraphTime.Elapsed"/>.</summary>
    public TimeSpan NextDue => throw new NotImplementedException();

    /// <summary>Neighbors.</summary>
    public int NeighborCount => throw new NotImplementedException();

    /// <summary>Neighbor connections that are being opened from here.</summary>
    public int ConnectingCount => throw new NotImplementedException();

    /// <summary>Records that wait to be validated again.</summary>
    public int DeferredCount => throw new NotImplementedException();

    /// <summary>Makes a new graph (MS-PPGRH 3.1.4.1). The store must be empty.</summary>
    public void Create(GraphTime now, GraphProperties properties) => throw new NotImplementedException();

    /// <summary>Opens the graph with the records in the store (MS-PPGRH 3.1.4.2). Presence, contact and signature records
    /// are purged, and so are records that break a rule or that the provider rejects.</summary>
    /// <param name="now">The time.</param>
    /// <param name="peerTimeDelta">What <see cref="PeerTimeDelta"/> was when the graph was closed; zero if not known.</param>
    /// <param name="lastConnected">What <see cref="LastConnected"/> was; null if not known.</param>
    public void Open(GraphTime now, TimeSpan peerTimeDelta, PeerTime? lastConnected) => throw new NotImplementedException();

    /// <summary>Leaves the graph (MS-PPGRH 3.1.4.12): withdraws what this node has published about itself, says
    /// DISCONNECT and closes every connection. The machine cannot be used afterwards.</summary>
    public void Close(GraphTime now) => throw new NotImplementedException();

    /// <summary>The owner accepts connections at these addresses (MS-PPGRH 3.1.4.8), or at these from now on (3.1.7.23);
    /// none when it no longer does.</summary>
    /// <exception cref="PeerException">GraphNotReady: the database was never synchronized (MS-PPGRH 1.3.2).</exception>
    public void Listen(GraphTime now, ReadOnlySpan<GraphEndpoint> addresses) => throw new NotImplementedException();

    /// <summary>Connects to a node (MS-PPGRH 3.1.4.9). Referrals are followed; each attempt has a number of its own.</summary>
    /// <param name="now">The time.</param>
    /// <param name="endpoint">Where the node listens.</param>
    /// <param name="peerId">Who it has to be; null for anybody.</param>
    /// <returns>The connection's number.</returns>
    /// <exception cref="PeerException">ConnectSelf, AlreadyExists where there are neighbors already.</exception>
    public int Connect(GraphTime now, GraphEndpoint endpoint, string? peerId = null) => throw new NotImplementedException();

    /// <summary>Connects to a node that <see cref="IGraphEffects.FindNode"/> has found.</summary>
    public void Repair(GraphTime now, GraphEndpoint endpoint) => throw new NotImplementedException();

    /// <summary>Opens a direct connection.</summary>
    /// <returns>The connection's number.</returns>
    /// <exception cref="PeerException">ConnectSelf, LimitExceeded kinds.</exception>
    public int OpenDirect(GraphTime now, GraphEndpoint endpoint, string? peerId = null) => throw new NotImplementedException();

    /// <summary>Closes a direct connection.</summary>
    /// <exception cref="PeerException">ConnectionNotFound; NotAuthorized for a neighbor.</exception>
    public void CloseDirect(GraphTime now, int connection) => throw new NotImplementedException();

    /// <summary>Whether direct connections are accepted (MS-PPGRH 3.1.4.7).</summary>
    public bool AllowsDirect { get; set; }

    /// <summary>Sends data to the other side of a connection (MS-PPGRH 2.2.2.13).</summary>
    /// <exception cref="PeerException">ConnectionNotFound, NotAuthorized for the type of pings, InvalidArgument where the
    /// data is too long, Busy where too much waits already.</exception>
    public void SendData(GraphTime now, int connection, Guid dataType, ReadOnlySpan<byte> data) => throw new NotImplementedException();

    /// <summary>Publishes a record (MS-PPGRH 3.1.4.3).</summary>
    /// <exception cref="PeerException">GraphNotReady, NotAuthorized for an internal type or by the provider,
    /// InvalidRecordExpiration, MaximumRecordSizeExceeded, InvalidAttributes, or what the store says.</exception>
    public GraphRecord Add(GraphTime now, RecordDraft draft) => throw new NotImplementedException();

    /// <summary>Changes a record (MS-PPGRH 3.1.4.4).</summary>
    /// <exception cref="PeerException">RecordNotFound, InvalidRecord where it has changed meanwhile, and those of
    /// <see cref="Add"/>.</exception>
    public GraphRecord Update(GraphTime now, RecordRevision revision) => throw new NotImplementedException();

    /// <summary>Deletes a record; its tombstone stays until it expires (MS-PPGRH 3.1.4.5).</summary>
    /// <exception cref="PeerException">As <see cref="Update"/>.</exception>
    public void Delete(GraphTime now, Guid id, uint? version = null) => throw new NotImplementedException();

    /// <summary>Changes the graph's properties; only its creator may.</summary>
    /// <exception cref="PeerException">NotAuthorized, GraphNotReady, InvalidArgument.</exception>
    public void SetProperties(GraphTime now, GraphProperties properties) => throw new NotImplementedException();

    /// <summary>Whether this node publishes its presence whatever the graph's properties say (MS-PPGRH 3.1.4.6).</summary>
    public void SetPresence(GraphTime now, bool isForced) => throw new NotImplementedException();

    /// <summary>What the presence record says about this node.</summary>
    /// <exception cref="PeerException">InvalidAttributes where it is longer than the graph's records may be.</exception>
    public void SetNodeAttributes(GraphTime now, string attributes) => throw new NotImplementedException();

    /// <summary>Validates the deferred records again (MS-PPGRH 3.1.4.10).</summary>
    public void Revalidate(GraphTime now) => throw new NotImplementedException();

    /// <summary>A connection has come in.</summary>
    /// <returns>Its number; null where it is one too many and must be closed.</returns>
    public int? Accept(GraphTime now, GraphEndpoint remote) => throw new NotImplementedException();

    /// <summary>The other side of a connection is authenticated, or there is no provider to do that.</summary>
    /// <param name="now">The time.</param>
    /// <param name="connection">Which.</param>
    /// <param name="peerId">The peer id that it has proven or claims; null where nobody knows yet.</param>
    public void Authenticated(GraphTime now, int connection, string? peerId) => throw new NotImplementedException();

    /// <summary>A whole message has come. The bytes are only good during the call.</summary>
    public void Receive(GraphTime now, int connection, ReadOnlySpan<byte> message) => throw new NotImplementedException();

    /// <summary>So many bytes of the messages sent have left; the rest waits.</summary>
    public void Sent(GraphTime now, int connection, long bytes) => throw new NotImplementedException();

    /// <summary>A connection is over, or did not come about. Numbers that are not known any more are ignored.</summary>
    /// <param name="now">The time.</param>
    /// <param name="connection">Which.</param>
    /// <param name="end">Why: Lost, NotAuthenticated, Violation where its bytes are no messages, TooSlow.</param>
    public void Closed(GraphTime now, int connection, ConnectionEnd end) => throw new NotImplementedException();

    /// <summary>Does what is due.</summary>
    public void Advance(GraphTime now) => throw new NotImplementedException();

    /// <summary>The most bytes that a message may have in a connection's state; 0 for one that is not known.</summary>
    public int GetMaximumMessage(int connection) => throw new NotImplementedException();

    /// <summary>How long a connection that begins now may take to authenticate (MS-PPGRH 3.1.2).</summary>
    public TimeSpan AuthenticationTimeout => throw new NotImplementedException();

    /// <summary>The nodes that are present, contacts or neighbors, this one included.</summary>
    public IReadOnlyList<GraphNode> ListNodes() => throw new NotImplementedException();

    /// <summary>A node; null where it is not known.</summary>
    public GraphNode? FindNode(ulong nodeId) => throw new NotImplementedException();

    /// <summary>All connections.</summary>
    public IReadOnlyList<GraphConnectionInfo> ListConnections() => throw new NotImplementedException();

    /// <summary>A connection; null where it is over.</summary>
    public GraphConnectionInfo? FindConnection(int connection) => throw new NotImplementedException();

    /// <summary>Records that wait to be validated again.</summary>
    public IReadOnlyList<GraphRecord> ListDeferred() => throw new NotImplementedException();

    /// <summary>The counters.</summary>
    public GraphStatistics GetStatistics() => throw new NotImplementedException();
}
