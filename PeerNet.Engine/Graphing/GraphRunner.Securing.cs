using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;

namespace PeerNet.Engine.Graphing;

/// <content>What whoever secures the graph wants of it.</content>
internal sealed partial class GraphRunner
{
    private long _peerTimeDelta;

    /// <summary>The time that the nodes agree on. For any thread.</summary>
    public PeerTime PeerNow => PeerTime.FromUtc(
        _context.Time.GetUtcNow(), TimeSpan.FromTicks(Interlocked.Read(ref _peerTimeDelta)));

    /// <summary>Publishes a record that is secured already, as one of another creator than this node.</summary>
    /// <param name="make">Makes it, in the loop: of the peer time, and of what is stored under an id.</param>
    public Task<GraphRecord> PublishAsync(Func<PeerTime, Func<Guid, GraphRecord?>, GraphRecord> make) => _loop.WriteAsync(
        now =>
        {
            GraphRecord record = make(PeerNow, _database.Store.Find);
            _machine.Publish(now, record);
            return record;
        });

    /// <summary>Ends all connections with a peer, behind what it was sent before.</summary>
    public Task ExpelAsync(string peerId) => TellAsync(now => _machine.Expel(now, peerId));

    /// <summary>Takes records out of the database that do not count any more. Nobody is told: others know by themselves.</summary>
    /// <param name="since">Only those that were changed then or later.</param>
    /// <param name="falls">Which.</param>
    public Task PurgeAsync(PeerTime since, Predicate<GraphSecurityRecord> falls) => TellAsync(now => _machine.Purge(now, since, falls));

    private void KeepPeerTime() => Interlocked.Exchange(ref _peerTimeDelta, _machine.PeerTimeDelta.Ticks);
}
