using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Protocol.Synchronization;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>
/// Synchronizations that neighbors ask for: MS-PPGRH 3.1.5.2.5 to 3.1.5.2.7, 3.1.5.2.9. Work goes on in pages, and records
/// are only read as long as little waits to be sent, so that neither a large database nor a slow neighbor costs memory.
/// </summary>
internal sealed partial class GraphMachine
{
    private const int FeedPage = 256;
    private const int RecordsPerStep = 1024;

    // SYNC_END for MS-PPGRH 2.2.2.12: the final one is the only one that is sent.
    private static readonly ReadOnlyMemory<byte> SyncEnd = GraphMessage.Encode(new SyncEndMessage(IsFinal: true));

    private void HandleSolicit(GraphLink link, RecordTypeList types, PeerTime? since)
    {
        if (MaySolicit(link))
        {
            link.Advertised = null;
            link.Serving = new ServedSync
            {
                Feed = new SelectionFeed(_store, Select(types) with { ModifiedSince = since }, FeedPage),
            };
            Work(link);
        }
    }

    private void HandleSolicitHash(GraphLink link, in SolicitHashMessage message)
    {
        if (MaySolicit(link))
        {
            link.Advertised = null;
            link.Serving = new ServedSync
            {
                Comparison = new RangeComparison(
                    _store, Select(message.Types), message.Entries.ToArray(), _options),
            };
            Work(link);
        }
    }

    private void HandleRequest(GraphLink link, in RequestMessage message)
    {
        int count = message.Abstracts.Length / RecordAbstract.WireLength;
        if (link.Advertised is not { } advertised || link.Serving is not null)
        {
            Violate(link, GraphDropReason.WrongState);
            return;
        }

        if (count > advertised)
        {
            Violate(link, GraphDropReason.Limit);
            return;
        }

        link.Advertised = null;
        link.Serving = new ServedSync { Feed = new RequestFeed(_store, message.Abstracts.ToArray()) };
        Work(link);
    }

    /// <summary>Who asks again before the answer is complete, or far too often, breaks the protocol.</summary>
    private bool MaySolicit(GraphLink link)
    {
        link.Solicits ??= new TokenBucket(1, _options.SolicitBurst);
        if (link.Serving is not null)
        {
            Violate(link, GraphDropReason.WrongState);
            return false;
        }

        if (!link.Solicits.TryTake(_core.Elapsed))
        {
            Violate(link, GraphDropReason.Limit);
            return false;
        }

        return true;
    }

    private static RecordSelection Select(RecordTypeList types) =>
        new() { Types = types.Types, IsExclusion = types.IsExclusion };

    private bool HasWork(GraphLink link)
    {
        if (link.State != LinkState.Connected)
        {
            return false;
        }

        bool hasRoom = link.Queued < _options.SynchronizationWindow;
        return link.Sync is { IsWaiting: false }
            || link.Serving is { Comparison: not null }
            || (hasRoom && (link.Serving is not null || IsOwing(link)));
    }

    // MS-PPGRH 3.1.5.2.11: after the SYNC_END.
    private static bool IsOwing(GraphLink link) => link.Owed is not null && link.Sync is not { AwaitsEnd: true };

    /// <summary>Does one piece of what there is to do for a connection.</summary>
    private void Work(GraphLink link)
    {
        if (!HasWork(link))
        {
            return;
        }

        try
        {
            if (link.Sync is { IsWaiting: false } sync)
            {
                WorkOnSync(link, sync);
            }

            if (link.Serving is { Comparison: { } comparison })
            {
                WorkOnComparison(link, comparison);
            }
            else if (link.Serving is { Feed: { } feed } && FeedTo(link, feed))
            {
                link.Serving = null;
                Send(link, SyncEnd);
            }

            if (IsOwing(link) && FeedTo(link, link.Owed!))
            {
                link.Owed = null;
            }
        }
        catch (PeerException failure)
        {
            // Without its database a node is no neighbor to synchronize with.
            _core.Tell(failure);
            Count(GraphDropReason.StoreFailed);
            Drop(link, ConnectionEnd.Closed, DisconnectReason.LeastUseful);
        }
    }

    private void WorkOnComparison(GraphLink link, RangeComparison comparison)
    {
        if (!comparison.Step())
        {
            return;
        }

        link.Serving = null;
        if (comparison.IsMalformed)
        {
            Violate(link, GraphDropReason.Malformed);
            return;
        }

        link.Advertised = comparison.Abstracts.Length / RecordAbstract.WireLength;
        Send(link, GraphMessage.Encode(new AdvertiseMessage
        {
            Boundaries = comparison.Boundaries,
            Abstracts = comparison.Abstracts,
        }));
    }

    /// <returns>Whether the feed is at its end.</returns>
    private bool FeedTo(GraphLink link, RecordFeed feed)
    {
        for (int i = 0; i < RecordsPerStep && link.Queued < _options.SynchronizationWindow; i++)
        {
            if (!feed.TryNext(out GraphRecord? record))
            {
                return true;
            }

            // MS-PPGRH 1.3.5.2: expired records are never sent.
            if (record is not null && record.Expires > PeerNow)
            {
                SendRecord(link, record);
            }
        }

        return false;
    }
}
