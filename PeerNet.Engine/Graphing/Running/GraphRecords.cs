using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Graphing.Records;
using PeerNet.Engine.Graphing.Storage;

namespace PeerNet.Engine.Graphing.Running;

/// <summary>What applications, and whoever secures the graph, do with its records, and what they are told of them. Owns which
/// records are refreshed by themselves. Where it is not said otherwise, for any thread.</summary>
/// <param name="graph">The graph.</param>
/// <param name="store">The records that are kept.</param>
/// <param name="judge">Judges those that wait for it.</param>
/// <param name="watcher">Told what is kept; null for nobody.</param>
/// <param name="leaving">Cancelled when the graph is left.</param>
internal sealed class GraphRecords(
    OpenGraph graph, RecordStore store, RecordJudge judge, IGraphWatcher? watcher, CancellationToken leaving)
{
    // Bytes of a record that an event keeps; a larger one stays in the database.
    private const int LargestInEvent = 1024;

    // Records that are read in one go.
    private const int PageLength = 256;
    private const long PageBytes = 4 * 1024 * 1024;

    // Of these that the security provider is still to judge.
    private const int JudgedAtOnce = 16;

    private readonly ConcurrentDictionary<Guid, bool> _refreshed = [];

    /// <summary>Publishes a record. When this returns it is on the disk.</summary>
    public Task<PeerRecord> AddAsync(PeerRecordAddition addition) => graph.Loop.WriteAsync(now =>
    {
        GraphRecord record = graph.Machine.Add(now, new()
        {
            Type = addition.Type,
            Payload = addition.Data,
            Attributes = addition.AttributesXml,
            Expires = ToPeerTime(addition.Expires),
            IsAutoRefreshed = addition.AutoRefresh,
        });
        if (addition.AutoRefresh)
        {
            _refreshed[record.Id] = true;
        }

        return Describe(record);
    });

    /// <summary>Publishes a new version of a record.</summary>
    public Task<PeerRecord> UpdateAsync(PeerRecordUpdate update) => graph.Loop.WriteAsync(now =>
    {
        GraphRecord record = graph.Machine.Update(now, new()
        {
            Id = update.Id,
            Version = update.Version is { } version ? checked((uint)version) : null,
            Payload = update.Data,
            Attributes = update.AttributesXml,
            Expires = update.Expires is { } expires ? ToPeerTime(expires) : null,
        });
        return Describe(record);
    });

    /// <summary>Puts a tombstone in the place of a record.</summary>
    public Task<PeerRecord> RemoveAsync(Guid id) => graph.Loop.WriteAsync(now =>
    {
        graph.Machine.Delete(now, id);
        _refreshed.TryRemove(id, out _);
        return Describe(graph.Machine.FindRecord(id)!);
    });

    /// <summary>A record, tombstones too; null where there is none.</summary>
    public Task<PeerRecord?> FindAsync(Guid id) =>
        graph.Loop.AskAsync(_ => graph.Machine.FindRecord(id) is { } record ? Describe(record) : null);

    /// <summary>The records that a query wants, page by page.</summary>
    public async IAsyncEnumerable<PeerRecord> GetAsync(
        PeerRecordQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (query.Deferred)
        {
            foreach (PeerRecord record in await graph.Loop.AskAsync(_ => ListDeferred()).ConfigureAwait(false))
            {
                yield return record;
            }

            yield break;
        }

        RecordSearch search = GraphRequests.Translate(query);
        bool isJudging = false;
        search = await graph.Loop.AskAsync(now =>
        {
            isJudging = graph.Machine.IsJudging;
            return search with { ExpiresAfter = ToPeerTime(now.Utc), PeerTimeDelta = graph.Machine.PeerTimeDelta };
        }).ConfigureAwait(false);
        RecordCursor cursor = store.Search(search);
        IReadOnlyList<GraphRecord> page;
        do
        {
            page = await ReadAsync(cursor, cancellationToken).ConfigureAwait(false);
            foreach (GraphRecord record in isJudging ? await JudgeAsync(page).ConfigureAwait(false) : page)
            {
                yield return Describe(record, search.PeerTimeDelta);
            }
        }
        while (page.Count > 0);
    }

    // A few at a time, so that others have their turn.
    private async Task<IReadOnlyList<GraphRecord>> JudgeAsync(IReadOnlyList<GraphRecord> page)
    {
        List<GraphRecord> sound = [];
        foreach (GraphRecord[] few in page.Chunk(JudgedAtOnce))
        {
            sound.AddRange(await graph.Loop.AskAsync(_ => few.Where(record => graph.Machine.FindRecord(record.Id) is not null).ToArray())
                .ConfigureAwait(false));
        }

        return sound;
    }

    // Beside the loop: nobody who adds records waits for somebody who looks for some.
    private async Task<IReadOnlyList<GraphRecord>> ReadAsync(RecordCursor cursor, CancellationToken cancellationToken)
    {
        try
        {
            return await cursor.ReadAsync(PageLength, PageBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw graph.NotOpen();
        }
    }

    /// <summary>Publishes a record that is secured already, as one of another creator than this node.</summary>
    /// <param name="make">Makes it, in the loop: of the peer time, and of what is stored under an id.</param>
    public Task<GraphRecord> PublishAsync(Func<PeerTime, Func<Guid, GraphRecord?>, GraphRecord> make) => graph.Loop.WriteAsync(now =>
    {
        GraphRecord record = make(ToPeerTime(now.Utc), graph.Machine.FindRecord);
        graph.Machine.Publish(now, record);
        return record;
    });

    /// <summary>Takes records out of the database that do not count any more. Nobody is told: others know by themselves.</summary>
    /// <param name="since">Only those that were changed then or later.</param>
    /// <param name="falls">Which.</param>
    public Task PurgeAsync(PeerTime since, Predicate<GraphSecurityRecord> falls) =>
        graph.Loop.TellAsync(now => graph.Machine.Purge(now, since, falls));

    /// <summary>Has the records that wait for their validation validated again.</summary>
    /// <returns>How many waited, and how many still do.</returns>
    public async Task<(int Before, int After)> RevalidateAsync()
    {
        IReadOnlyDictionary<GraphRecord, RecordVerdict> found = await JudgeDeferredAsync().ConfigureAwait(false);
        return await graph.Loop.AskAsync(now =>
        {
            int before = graph.Machine.DeferredCount;
            graph.Machine.Revalidate(now, found);
            return (before, graph.Machine.DeferredCount);
        }).ConfigureAwait(false);
    }

    private async Task<IReadOnlyDictionary<GraphRecord, RecordVerdict>> JudgeDeferredAsync()
    {
        IReadOnlyList<GraphRecord> records = await graph.Loop.AskAsync(_ => graph.Machine.ListDeferred()).ConfigureAwait(false);
        try
        {
            RecordVerdict[] verdicts =
                await judge.JudgeAsync([.. records.Select(RecordQuestion.Of)], leaving).ConfigureAwait(false);
            return new Dictionary<GraphRecord, RecordVerdict>(
                records.Zip(verdicts, KeyValuePair.Create), ReferenceEqualityComparer.Instance);
        }
        catch (OperationCanceledException)
        {
            throw graph.NotOpen();
        }
    }

    /// <summary>A record was added, updated or deleted. For the loop alone.</summary>
    public void Tell(PeerRecordChangeType change, GraphRecord record)
    {
        watcher?.Kept(record);
        if (IsTold(record.Type))
        {
            graph.Context.Observer.RecordChanged(WithRecord(new(change, graph.Id, record.Id, record.Type), record));
        }
    }

    /// <summary>A record has expired. For the loop alone.</summary>
    public void TellExpired(RecordKey key)
    {
        watcher?.Expired(key);
        if (IsTold(key.Type))
        {
            graph.Context.Observer.RecordChanged(new(PeerRecordChangeType.Expired, graph.Id, key.Id, key.Type));
        }
    }

    /// <summary>The database has been synchronized with a neighbour. For the loop alone.</summary>
    public void TellSynchronized() => watcher?.Synchronized();

    private bool IsTold(Guid type) => graph.Context.Observer.IsWatched && !RecordTypes.IsInternal(type);

    private IReadOnlyList<PeerRecord> ListDeferred() =>
        [.. graph.Machine.ListDeferred().Select(record => Describe(record) with { IsValid = false })];

    private PeerRecordChange WithRecord(PeerRecordChange change, GraphRecord record)
    {
        int size = record.Payload.Length + record.SecurityData.Length + record.Attributes.Length;
        return size <= LargestInEvent ? change.With(Describe(record), size) : change.With(() => FindForEvent(record.Id));
    }

    /// <summary>A record for somebody who looks at an event, on any thread but the loop's.</summary>
    private PeerRecord? FindForEvent(Guid id)
    {
        try
        {
            return FindAsync(id).GetAwaiter().GetResult();
        }
        catch (PeerException)
        {
            // The graph was closed since; it has no record to show.
            return null;
        }
    }

    private PeerRecord Describe(GraphRecord record) => Describe(record, graph.Machine.PeerTimeDelta);

    // For any thread.
    private PeerRecord Describe(GraphRecord record, TimeSpan delta) => new()
    {
        GraphId = graph.Id,
        Id = record.Id,
        Type = record.Type,
        Version = record.Version,
        CreatorId = record.CreatorId,
        LastModifiedById = record.ModifierId,
        Created = record.Created.ToUtc(delta),
        Modified = record.Modified.ToUtc(delta),
        Expires = record.Expires.ToUtc(delta),
        CreationPeerTime = record.Created.Ticks,
        ModificationPeerTime = record.Modified.Ticks,
        ExpirationPeerTime = record.Expires.Ticks,
        AttributesXml = record.Attributes,
        Attributes = DescribeAttributes(record.Attributes),
        Data = record.Payload.ToArray(),
        Text = Utf8Text.Read(record.Payload.Span),
        SecurityData = record.SecurityData.ToArray(),
        IsDeleted = record.IsDeleted,
        IsAutoRefreshed = _refreshed.ContainsKey(record.Id),
    };

    // A name that occurs more than once has an array of values.
    private static Dictionary<string, object> DescribeAttributes(string xml)
    {
        var values = new Dictionary<string, object>();
        if (RecordAttributes.TryRead(xml, out IReadOnlyList<PeerRecordAttribute>? attributes))
        {
            foreach (IGrouping<string, PeerRecordAttribute> group in attributes.GroupBy(attribute => attribute.Name))
            {
                object[] all = [.. group.Select(attribute => attribute.Value)];
                values.Add(group.Key, all.Length == 1 ? all[0] : all);
            }
        }

        return values;
    }

    private PeerTime ToPeerTime(DateTimeOffset utc) => PeerTime.FromUtc(utc, graph.Machine.PeerTimeDelta);
}
