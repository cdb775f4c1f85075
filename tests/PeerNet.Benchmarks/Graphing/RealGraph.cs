using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Transport;

namespace PeerNet.Benchmarks.Graphing;

/// <summary>A node of a graph with sockets on the loopback interface and a database on the disk.</summary>
internal sealed class RealGraph : IAsyncDisposable, IGraphObserver, INetworkInterfaces, IPeerLocator
{
    private const string GraphId = "figures";

    private static readonly LocalInterface[] Interfaces =
        [new() { Name = "lo", Index = 1, IsLoopback = true, Addresses = [new(IPAddress.Loopback, 8)] }];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("peernet-figure-");
    private readonly GraphService _service;
    private long _seen;

    public RealGraph()
    {
        string graphs = _folder.CreateSubdirectory("graphs").FullName;
        string identities = _folder.CreateSubdirectory("identities").FullName;
        _service = new(
            new() { Folder = graphs },
            IdentityStore.Open(identities, SystemRandomSource.Instance, TimeProvider.System),
            new TcpTransport(TimeProvider.System),
            this,
            this,
            this,
            TimeProvider.System,
            SystemRandomSource.Instance,
            NullLogger<GraphService>.Instance);
    }

    // Nothing changes on the loopback interface.
    event Action? INetworkInterfaces.Changed
    {
        add { }
        remove { }
    }

    public bool IsWatched => true;

    /// <summary>Told of each record that is new here.</summary>
    public Action<PeerRecordChange>? Arrived { get; set; }

    /// <summary>Records that were new here.</summary>
    public long Seen => Interlocked.Read(ref _seen);

    private IPEndPoint Endpoint => new(IPAddress.Loopback, _service.Ports["Graph"]);

    /// <summary>Some nodes of one graph, the later ones joined through the earlier ones.</summary>
    public static async Task<RealGraph[]> OpenAsync(int count)
    {
        var nodes = new RealGraph[count];
        nodes[0] = new();
        await nodes[0]._service.CreateAsync(
            new() { GraphId = GraphId, PeerId = "0", IsListening = true, Properties = new() { Scope = PeerGraphScope.Loopback } },
            CancellationToken.None);
        for (int i = 1; i < count; i++)
        {
            nodes[i] = new();
            await nodes[i].JoinAsync(nodes[i / 2], i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        return nodes;
    }

    public Task JoinAsync(RealGraph other, string peerId) => _service.ConnectAsync(
        new() { GraphId = GraphId, PeerId = peerId, Endpoints = [other.Endpoint], IsListening = true, Timeout = TimeSpan.FromMinutes(3) },
        isAwaited: true,
        progress: null,
        CancellationToken.None);

    public Task<PeerRecord> AddAsync(byte[] data) => _service.AddRecordAsync(
        GraphId, new() { Type = RecordType, Data = data, Expires = DateTimeOffset.UtcNow.AddHours(1) }, CancellationToken.None);

    /// <summary>Records in the database.</summary>
    public async Task<int> CountAsync() => (await _service.ListAsync(includeClosed: false, CancellationToken.None))[0].Records;

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static Guid RecordType { get; } = new("aaaaaaaa-0000-0000-0000-000000000001");

    IReadOnlyList<LocalInterface> INetworkInterfaces.Read() => Interfaces;

    IAsyncEnumerable<IPEndPoint> IPeerLocator.FindAsync(string name, TimeSpan timeout, CancellationToken cancellationToken) =>
        AsyncEnumerable.Empty<IPEndPoint>();

    void IGraphObserver.RecordChanged(PeerRecordChange change)
    {
        Interlocked.Increment(ref _seen);
        Arrived?.Invoke(change);
    }

    void IGraphObserver.GraphStatusChanged(PeerGraph graph)
    {
    }

    void IGraphObserver.GraphPropertyChanged(PeerGraph graph)
    {
    }

    void IGraphObserver.NeighborConnectionChanged(PeerConnectionChange change)
    {
    }

    void IGraphObserver.DirectConnectionChanged(PeerConnectionChange change)
    {
    }

    void IGraphObserver.DataReceived(PeerDataItem item)
    {
    }

    void IGraphObserver.NodeChanged(PeerGraphNodeChange change)
    {
    }

    void IGraphObserver.Synchronized(PeerGraph graph)
    {
    }

    void IGraphObserver.Failed(string source, string message) => Console.Error.WriteLine(message);
}
