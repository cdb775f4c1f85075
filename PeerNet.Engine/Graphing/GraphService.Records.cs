using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Storage;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Graphing;

/// <content>Records, connections and data of the graphs, and their databases.</content>
internal sealed partial class GraphService
{
    public Task<PeerRecord> AddRecordAsync(
        string graphId, PeerRecordAddition addition, CancellationToken cancellationToken)
    {
        GraphRequests.RequirePublic(addition.Type);
        return Get(graphId).AddRecordAsync(addition).WaitAsync(cancellationToken);
    }

    public Task<PeerRecord> UpdateRecordAsync(string graphId, PeerRecordUpdate update, CancellationToken cancellationToken) =>
        Get(graphId).UpdateRecordAsync(update).WaitAsync(cancellationToken);

    public Task<PeerRecord> RemoveRecordAsync(string graphId, Guid recordId, CancellationToken cancellationToken) =>
        Get(graphId).RemoveRecordAsync(recordId).WaitAsync(cancellationToken);

    public Task<PeerRecord?> FindRecordAsync(string graphId, Guid recordId, CancellationToken cancellationToken) =>
        Get(graphId).FindRecordAsync(recordId).WaitAsync(cancellationToken);

    public IAsyncEnumerable<PeerRecord> GetRecordsAsync(
        string graphId, PeerRecordQuery query, CancellationToken cancellationToken) =>
        Get(graphId).GetRecordsAsync(query, cancellationToken);

    public async Task<IReadOnlyList<PeerConnection>> GetConnectionsAsync(
        string? graphId, CancellationToken cancellationToken)
    {
        GraphRunner[] runners = graphId is null ? [.. _runners.Values] : [Get(graphId)];
        IReadOnlyList<PeerConnection>[] all = await Task.WhenAll(runners.Select(runner => runner.GetConnectionsAsync()))
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        return [.. all.SelectMany(connections => connections)];
    }

    public async Task<PeerConnection> OpenConnectionAsync(
        string graphId, string? peerId, IPEndPoint? endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        GraphRunner runner = Get(graphId);
        using var patience = new CancellationTokenSource(timeout, _context.Time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await runner.OpenConnectionAsync(peerId, endpoint, ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw PeerErrors.Timeout.Exception(
                $"No connection came about within {timeout.TotalSeconds:0} seconds.", peerId ?? (object?)endpoint);
        }
    }

    public Task CloseConnectionAsync(string graphId, ulong connectionId, CancellationToken cancellationToken) =>
        Get(graphId).CloseConnectionAsync(ToMachineId(graphId, connectionId)).WaitAsync(cancellationToken);

    public Task SendAsync(
        string graphId,
        ulong connectionId,
        Guid dataType,
        ReadOnlyMemory<byte> data,
        CancellationToken cancellationToken)
    {
        if (dataType == PingType)
        {
            throw PeerErrors.NotAuthorized.Exception(
                $"The data type {dataType} is the protocol's own (MS-PPGRH 2.2.2.13).", dataType);
        }

        return Get(graphId).SendAsync(ToMachineId(graphId, connectionId), dataType, data).WaitAsync(cancellationToken);
    }

    public async Task<TimeSpan?> PingAsync(IPEndPoint endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(timeout, _context.Time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        long start = _context.Time.GetTimestamp();
        try
        {
            using StreamConnection stream =
                await _context.Transport.ConnectAsync(endpoint, ending.Token).ConfigureAwait(false);
            return _context.Time.GetElapsedTime(start);
        }
        catch (Exception exception) when (exception is SocketException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // That nobody answers is the result.
            return null;
        }
    }

    public IAsyncEnumerable<PeerDataItem> ReceiveAsync(PeerDataSelection selection, CancellationToken cancellationToken) =>
        _incoming.TakeAsync(selection, cancellationToken);

    public long TakeLostData(string? graphId) => _incoming.TakeLost(graphId);

    public IDisposable ExpectDirectConnections(string? graphId)
    {
        Expect(graphId, 1);
        return new Expectation(() => Expect(graphId, -1));
    }

    public Task ExportAsync(
        string graphId, string? peerId, string path, bool overwrite, CancellationToken cancellationToken) => WithGateAsync(
            async () =>
            {
                if (!_runners.TryGetValue(graphId, out GraphRunner? runner)
                    || (peerId is not null && peerId != runner.PeerId))
                {
                    await _folder.ExportAsync(graphId, peerId, path, overwrite, cancellationToken).ConfigureAwait(false);
                }
                else if (runner.IsBusy)
                {
                    throw PeerErrors.GraphInUse.Exception(
                        $"The graph '{graphId}' listens or is connected; leave it first with Disconnect-PeerGraph.", graphId);
                }
                else
                {
                    await runner.ExportAsync(path, overwrite, cancellationToken).ConfigureAwait(false);
                }

                return true;
            },
            cancellationToken);

    public Task<PeerDatabaseImportResult> ImportAsync(
        string graphId, string? peerId, string path, CancellationToken cancellationToken) => WithGateAsync(
            () =>
            {
                RequireUnused(graphId, peerId: null);
                return Task.FromResult(_folder.Import(graphId, peerId, path, _context.Time.GetUtcNow(), cancellationToken));
            },
            cancellationToken);

    private void Expect(string? graphId, int change)
    {
        lock (_expectations)
        {
            string key = graphId ?? "";
            _expectations[key] = _expectations.GetValueOrDefault(key) + change;
            foreach (GraphRunner runner in _runners.Values.Where(runner => graphId is null || runner.GraphId == graphId))
            {
                runner.ExpectDirectConnections(change);
            }
        }
    }

    private List<PeerGraph> ListClosed() =>
        [.. _folder.List().Where(stored => !_runners.Values.Any(open => open.DatabaseName == stored.DatabaseName)).Select(DescribeClosed)];

    private static PeerGraph DescribeClosed(StoredGraph stored) => new()
    {
        Id = stored.GraphId,
        PeerId = stored.PeerId,
        DatabaseName = stored.DatabaseName,
        PeerTimeDelta = stored.PeerTimeDelta,
    };

    private static int ToMachineId(string graphId, ulong connectionId) => connectionId <= int.MaxValue
        ? (int)connectionId
        : throw PeerErrors.ConnectionNotFound.Exception(
            $"The graph '{graphId}' has no connection {connectionId}.", connectionId);

    private sealed class Expectation(Action end) : IDisposable
    {
        private Action? _end = end;

        public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
    }
}
