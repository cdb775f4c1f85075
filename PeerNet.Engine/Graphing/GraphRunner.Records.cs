using System.Runtime.CompilerServices;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Graphing.Storage;

namespace PeerNet.Engine.Graphing;

/// <content>What applications do with records, connections and settings.</content>
internal sealed partial class GraphRunner
{
    // Records that are read in one go, between which the graph's own work goes on.
    private const int PageLength = 256;
    private const long PageBytes = 4 * 1024 * 1024;

    private readonly DataQueue _incoming;
    private readonly HashSet<Guid> _refreshed = [];
    private string _nodeAttributes;
    private int _expectations;
    private bool _isDirectAllowed;

    public Task<PeerRecord> AddRecordAsync(PeerRecordAddition addition) => _loop.WriteAsync(now =>
    {
        GraphRecord record = _machine.Add(now, new()
        {
            Type = addition.Type,
            Payload = addition.Data,
            Attributes = addition.AttributesXml,
            Expires = ToPeerTime(addition.Expires),
            IsAutoRefreshed = addition.AutoRefresh,
        });
        if (addition.AutoRefresh)
        {
            _refreshed.Add(record.Id);
        }

        return Describe(record);
    });

    public Task<PeerRecord> UpdateRecordAsync(PeerRecordUpdate update) => _loop.WriteAsync(now => Describe(_machine.Update(now, new()
    {
        Id = update.Id,
        Version = update.Version is { } version ? checked((uint)version) : null,
        Payload = update.Data,
        Attributes = update.AttributesXml,
        Expires = update.Expires is { } expires ? ToPeerTime(expires) : null,
    })));

    public Task<PeerRecord> RemoveRecordAsync(Guid id) => _loop.WriteAsync(now =>
    {
        _machine.Delete(now, id);
        _refreshed.Remove(id);
        return Describe(_database.Store.Find(id)!);
    });

    public Task<PeerRecord?> FindRecordAsync(Guid id) =>
        _loop.AskAsync(_ => _database.Store.Find(id) is { } record ? Describe(record) : null);

    /// <summary>The records that a query wants, page by page.</summary>
    public async IAsyncEnumerable<PeerRecord> GetRecordsAsync(
        PeerRecordQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (query.Deferred)
        {
            foreach (PeerRecord record in await _loop.AskAsync(_ => ListDeferred()).ConfigureAwait(false))
            {
                yield return record;
            }

            yield break;
        }

        RecordSearch search = GraphRequests.Translate(query);
        RecordCursor cursor = await _loop.AskAsync(_ => _database.Store.Search(search with
        {
            ExpiresAfter = ToPeerTime(_context.Time.GetUtcNow()),
            PeerTimeDelta = _machine.PeerTimeDelta,
        })).ConfigureAwait(false);
        PeerRecord[] page;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            page = await _loop.AskAsync(_ => cursor.Read(PageLength, PageBytes).Select(Describe).ToArray()).ConfigureAwait(false);
            foreach (PeerRecord record in page)
            {
                yield return record;
            }
        }
        while (page.Length > 0);
    }

    public Task<PeerGraph> ChangeAsync(PeerGraphChange change) => _loop.WriteAsync(now =>
    {
        if (change.ConcernsProperties)
        {
            ChangeProperties(now, change);
        }

        if (change.NodeAttribute is { } attributes)
        {
            _machine.SetNodeAttributes(now, attributes);
            _nodeAttributes = attributes;
            Remember();
        }

        if (change.Presence is { } presence)
        {
            _machine.SetPresence(now, presence);
        }

        if (change.AllowsDirectConnections is { } allowed)
        {
            _isDirectAllowed = allowed;
            AllowDirect();
        }

        return Describe();
    });

    /// <summary>More or fewer callers than before care for direct connections.</summary>
    public void ExpectDirectConnections(int change) => _loop.Post(_ =>
    {
        _expectations += change;
        AllowDirect();
    });

    /// <summary>Copies the database into a file, while nothing else happens in the graph.</summary>
    public Task ExportAsync(string path, bool overwrite, CancellationToken cancellationToken) => TellAsync(_ =>
    {
        Remember();
        _database.Store.ExportAsync(path, overwrite, cancellationToken).GetAwaiter().GetResult();
    });

    public async Task<(int Before, int After)> RevalidateAsync()
    {
        IReadOnlyDictionary<GraphRecord, RecordVerdict> found = await JudgeDeferredAsync().ConfigureAwait(false);
        return await _loop.AskAsync(now =>
        {
            int before = _machine.DeferredCount;
            _machine.Revalidate(now, found);
            return (before, _machine.DeferredCount);
        }).ConfigureAwait(false);
    }

    private async Task<IReadOnlyDictionary<GraphRecord, RecordVerdict>> JudgeDeferredAsync()
    {
        IReadOnlyList<GraphRecord> records = await _loop.AskAsync(_ => _machine.ListDeferred()).ConfigureAwait(false);
        try
        {
            RecordVerdict[] verdicts =
                await _judge.JudgeAsync(_machine.ListQuestions(records), _leaving.Token).ConfigureAwait(false);
            return new Dictionary<GraphRecord, RecordVerdict>(
                records.Zip(verdicts, KeyValuePair.Create), ReferenceEqualityComparer.Instance);
        }
        catch (OperationCanceledException)
        {
            throw NotOpen(GraphId);
        }
    }

    public Task<IReadOnlyList<PeerGraphNode>> GetNodesAsync() => _loop.AskAsync<IReadOnlyList<PeerGraphNode>>(
        _ => [.. _machine.ListNodes().Select(Describe)]);

    public Task<IReadOnlyList<PeerConnection>> GetConnectionsAsync() => _loop.AskAsync<IReadOnlyList<PeerConnection>>(
        _ => [.. _machine.ListConnections().Select(Describe)]);

    public Task CloseConnectionAsync(int id) => TellAsync(now => _machine.CloseDirect(now, id));

    public Task SendAsync(int id, Guid dataType, ReadOnlyMemory<byte> data) =>
        TellAsync(now => _machine.SendData(now, id, dataType, data.Span));

    private void AllowDirect()
    {
        if (_isOpen)
        {
            _machine.AllowsDirect = _isDirectAllowed || _expectations > 0;
        }
    }

    private void ChangeProperties(Moment now, PeerGraphChange change)
    {
        GraphProperties current = _machine.Properties ?? throw PeerErrors.GraphNotReady.Exception(
            $"The properties of the graph '{GraphId}' are not known yet.", GraphId);
        _machine.SetProperties(now, current with
        {
            FriendlyName = change.FriendlyName ?? current.FriendlyName,
            Comment = change.Comment ?? current.Comment,
            PresenceSeconds = change.PresenceLifetime is { } lifetime ? (uint)lifetime.TotalSeconds : current.PresenceSeconds,
            MaximumPresence = change.MaxPresence is { } presence ? unchecked((uint)presence) : current.MaximumPresence,
            MaximumRecordSize = change.MaxRecordSize is { } size ? (uint)size : current.MaximumRecordSize,
        });
    }

    private IReadOnlyList<PeerRecord> ListDeferred() =>
        [.. _machine.ListDeferred().Select(record => Describe(record) with { IsValid = false })];

    private void OnDataReceived(int connection, GraphDeed.DataReceived received)
    {
        var item = new PeerDataItem
        {
            GraphId = GraphId,
            ConnectionId = (ulong)connection,
            PeerId = received.PeerId,
            DataType = received.DataType,
            Data = received.Data.ToArray(),
            Text = Utf8Text.Read(received.Data.Span),
            Received = _context.Time.GetUtcNow(),
        };
        _incoming.Add(item);
        _context.Observer.DataReceived(item);
    }

    private PeerTime ToPeerTime(DateTimeOffset utc) => PeerTime.FromUtc(utc, _machine.PeerTimeDelta);
}
