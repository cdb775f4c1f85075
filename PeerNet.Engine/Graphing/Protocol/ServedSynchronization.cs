using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Protocol.Synchronization;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>
/// Synchronizations that neighbors ask for: MS-PPGRH 3.1.5.2.5 to 3.1.5.2.7, 3.1.5.2.9. Work goes on in pages, and records
/// are only read as long as little waits to be sent, so that neither a large database nor a slow neighbor costs memory.
/// </summary>
/// <param name="core">What the parts share.</param>
/// <param name="links">The connections.</param>
/// <param name="flooding">Sends records.</param>
/// <param name="own">The synchronizations that this node asks for, whose work is done here too.</param>
internal sealed class ServedSynchronization(GraphCore core, GraphLinks links, Flooding flooding, OwnSynchronization own)
{
    private const int FeedPage = 256;
    private const int RecordsPerStep = 1024;

    // SYNC_END for MS-PPGRH 2.2.2.12: the final one is the only one that is sent.
    private static readonly ReadOnlyMemory<byte> SyncEnd = GraphMessage.Encode(new SyncEndMessage(IsFinal: true));

    /// <summary>SOLICIT_NEW, or SOLICIT_TIME.</summary>
    public void Handle(GraphLink link, RecordTypeList types, PeerTime? since)
    {
        if (MaySolicit(link))
        {
            link.Advertised = null;
            link.Serving = new ServedSync
            {
                Feed = new SelectionFeed(core.Store, Select(types) with { ModifiedSince = since }, FeedPage),
            };
            Work(link);
        }
    }

    public void Handle(GraphLink link, in SolicitHashMessage message)
    {
        if (MaySolicit(link))
        {
            link.Advertised = null;
            link.Serving = new ServedSync
            {
                Comparison = new RangeComparison(
                    core.Store, Select(message.Types), message.Entries.ToArray(), core.Options),
            };
            Work(link);
        }
    }

    public void Handle(GraphLink link, in RequestMessage message)
    {
        int count = message.Abstracts.Length / RecordAbstract.WireLength;
        if (link.Advertised is not { } advertised || link.Serving is not null)
        {
            links.Violate(link, GraphDropReason.WrongState);
            return;
        }

        if (count > advertised)
        {
            links.Violate(link, GraphDropReason.Limit);
            return;
        }

        link.Advertised = null;
        link.Serving = new ServedSync { Feed = new RequestFeed(core.Store, message.Abstracts.ToArray()) };
        Work(link);
    }

    /// <summary>Who asks again before the answer is complete, or far too often, breaks the protocol.</summary>
    private bool MaySolicit(GraphLink link)
    {
        link.Solicits ??= new TokenBucket(1, core.Options.SolicitBurst);
        if (link.Serving is not null)
        {
            links.Violate(link, GraphDropReason.WrongState);
            return false;
        }

        if (!link.Solicits.TryTake(core.Elapsed))
        {
            links.Violate(link, GraphDropReason.Limit);
            return false;
        }

        return true;
    }

    private static RecordSelection Select(RecordTypeList types) =>
        new() { Types = types.Types, IsExclusion = types.IsExclusion };

    /// <summary>Whether there is something to do for a connection.</summary>
    public bool HasWork(GraphLink link)
    {
        if (link.State != LinkState.Connected)
        {
            return false;
        }

        bool hasRoom = link.Queued < core.Options.SynchronizationWindow;
        return link.Sync is { IsWaiting: false }
            || link.Serving is { Comparison: not null }
            || (hasRoom && (link.Serving is not null || IsOwing(link)));
    }

    // MS-PPGRH 3.1.5.2.11: after the SYNC_END.
    private static bool IsOwing(GraphLink link) => link.Owed is not null && link.Sync is not { AwaitsEnd: true };

    /// <summary>Does one piece of what there is to do for a connection.</summary>
    public void Work(GraphLink link)
    {
        if (!HasWork(link))
        {
            return;
        }

        try
        {
            if (link.Sync is { IsWaiting: false } sync)
            {
                own.Work(link, sync);
            }

            if (link.Serving is { Comparison: { } comparison })
            {
                WorkOnComparison(link, comparison);
            }
            else if (link.Serving is { Feed: { } feed } && FeedTo(link, feed))
            {
                link.Serving = null;
                links.Send(link, SyncEnd);
            }

            if (IsOwing(link) && FeedTo(link, link.Owed!))
            {
                link.Owed = null;
            }
        }
        catch (PeerException failure)
        {
            // Without its database a node is no neighbor to synchronize with.
            core.Tell(failure);
            core.Count(GraphDropReason.StoreFailed);
            links.Drop(link, ConnectionEnd.Closed, DisconnectReason.LeastUseful);
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
            links.Violate(link, GraphDropReason.Malformed);
            return;
        }

        link.Advertised = comparison.Abstracts.Length / RecordAbstract.WireLength;
        links.Send(link, GraphMessage.Encode(new AdvertiseMessage
        {
            Boundaries = comparison.Boundaries,
            Abstracts = comparison.Abstracts,
        }));
    }

    /// <returns>Whether the feed is at its end.</returns>
    private bool FeedTo(GraphLink link, RecordFeed feed)
    {
        for (int i = 0; i < RecordsPerStep && link.Queued < core.Options.SynchronizationWindow; i++)
        {
            if (!feed.TryNext(out GraphRecord? record))
            {
                return true;
            }

            // MS-PPGRH 1.3.5.2: expired records are never sent.
            if (record is not null && record.Expires > core.PeerNow)
            {
                flooding.SendRecord(link, record);
            }
        }

        return false;
    }
}
