using PeerNet.Engine.Graphing.Protocol.Messages;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Protocol.Synchronization;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Synchronizations that this node asks for: MS-PPGRH 3.1.5.2.8, 3.1.5.2.11, 3.1.7.29 to 3.1.7.31.</summary>
/// <param name="core">What the parts share.</param>
/// <param name="links">The connections.</param>
/// <param name="work">Goes on with what there is to do for a connection.</param>
/// <param name="completed">Told when one is complete.</param>
internal sealed class OwnSynchronization(GraphCore core, GraphLinks links, Action<GraphLink> work, Action completed)
{
    private const int MaximumRounds = 64;

    /// <summary>Begins with a new neighbor: everything where there is no database, what has happened since where the node
    /// comes back, and a comparison where it is in touch with the graph already, or does not know since when not.</summary>
    public void Begin(GraphLink link, bool isFirst)
    {
        SyncKind kind = !core.IsReady ? SyncKind.New
            : isFirst && core.LastConnected is not null ? SyncKind.Time
            : SyncKind.Hash;
        if (kind == SyncKind.Hash)
        {
            link.Sync = new OwnSync(kind);
            BeginHashes(link, link.Sync);
            return;
        }

        Guid[] types = [RecordTypes.GraphInfo, RecordTypes.Presence, .. core.PrioritizedTypes];
        link.Sync = new OwnSync(kind) { AskedTypes = types, Since = core.LastConnected ?? default };
        foreach (Guid type in types)
        {
            link.Sync.Types.Enqueue(type);
        }

        AskNextType(link, link.Sync);
    }

    // The text lets the first type be asked for twice: once to begin, and once because the list still points to it.
    private void AskNextType(GraphLink link, OwnSync sync)
    {
        RecordTypeList types;
        if (sync.Types.TryDequeue(out Guid type))
        {
            types = new RecordTypeList([type], IsExclusion: false);
        }
        else
        {
            types = new RecordTypeList(sync.AskedTypes, IsExclusion: true);
            sync.HasAskedRest = true;
        }

        links.Send(link, sync.Kind == SyncKind.New
            ? GraphMessage.Encode(new SolicitNewMessage(types))
            : GraphMessage.Encode(new SolicitTimeMessage(types, sync.Since)));
    }

    private void BeginHashes(GraphLink link, OwnSync sync)
    {
        sync.Kind = SyncKind.Hash;
        sync.Rounds++;
        sync.Ranges = new HashRanges(core.Store, core.Options);
        work(link);
    }

    // MS-PPGRH 3.1.5.2.11
    public void Handle(GraphLink link, SyncEndMessage message)
    {
        if (link.Sync is not { } sync || !message.IsFinal || !sync.IsWaiting)
        {
            return;
        }

        if (sync.Kind != SyncKind.Hash)
        {
            if (!sync.HasAskedRest)
            {
                AskNextType(link, sync);
            }
            else if (sync.Kind == SyncKind.New)
            {
                CompleteSynchronization(link);
            }
            else
            {
                BeginHashes(link, sync);
            }
        }
        else if (sync.AwaitsEnd)
        {
            sync.AwaitsEnd = false;
            CompleteSynchronization(link);
        }
    }

    // MS-PPGRH 3.1.5.2.8
    public void Handle(GraphLink link, in AdvertiseMessage message)
    {
        if (link.Sync is not { AwaitsAdvertise: true } sync)
        {
            links.Violate(link, GraphDropReason.WrongState);
            return;
        }

        sync.AwaitsAdvertise = false;
        sync.Review = new AdvertiseReview(core.Store, message, core.Options);
        work(link);
    }

    private void CompleteSynchronization(GraphLink link)
    {
        bool isFull = link.Sync!.IsIncomplete && link.Sync.Rounds < MaximumRounds;
        if (isFull)
        {
            BeginHashes(link, link.Sync);
            return;
        }

        link.Sync = null;
        core.Counters.Synchronize();
        core.IsReady = true;
        core.HasSynchronized = true;
        core.IsMaintenanceWanted = true;
        completed();
        core.Output.Do(link.Id, new GraphDeed.Synchronized());
    }

    /// <summary>Goes on with the hashes, or with the review of an ADVERTISE.</summary>
    public void Work(GraphLink link, OwnSync sync)
    {
        if (sync.Ranges is { } ranges)
        {
            if (ranges.Step())
            {
                sync.Ranges = null;
                sync.AwaitsAdvertise = true;
                links.Send(link, GraphMessage.Encode(
                    new SolicitHashMessage { Types = RecordTypeList.All, Entries = ranges.Entries }));
            }
        }
        else if (sync.Review is { } review && review.Step())
        {
            sync.Review = null;
            if (review.IsMalformed)
            {
                links.Violate(link, GraphDropReason.Malformed);
                return;
            }

            sync.AwaitsEnd = true;
            sync.IsIncomplete = review.IsFull;
            link.Owed = review.ToSend.Count > 0 ? new OwedFeed(core.Store, review.ToSend) : null;
            links.Send(link, GraphMessage.Encode(new RequestMessage { Abstracts = review.Requests }));
        }
    }
}
