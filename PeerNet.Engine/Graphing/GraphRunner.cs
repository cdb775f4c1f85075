using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Graphing.Running;
using PeerNet.Engine.Graphing.Storage;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Graphing;

/// <summary>
/// Runs the machine of a graph that is open: gives each effect to the part that performs it. What a batch of inputs changes is
/// committed before messages leave and callers hear of it, so that nothing that was acknowledged is lost. Owns the parts, the
/// database and the loop. Public methods may be called from anywhere; everything else runs in the loop.
/// </summary>
internal sealed class GraphRunner : IAsyncDisposable
{
    private readonly GraphDatabase _database;
    private readonly IGraphSecurityProvider? _provider;
    private readonly RecordJudge _judge;
    private readonly CancellationTokenSource _leaving = new();
    private readonly GraphMachine _machine;
    private readonly GraphJournal _journal;
    private readonly OpenGraph _graph;
    private readonly GraphConnections _connections;
    private readonly NodeFinding _finding;
    private int _isClosed;

    /// <param name="context">What the node's graphs share.</param>
    /// <param name="settings">Which graph it is, and who takes part.</param>
    /// <param name="database">Its database, which the runner owns from here on.</param>
    /// <param name="watcher">Told what is kept; null for nobody.</param>
    /// <param name="rendezvous">Where to look for nodes when this one has lost the others; null for where it has found them
    /// before.</param>
    /// <param name="incoming">Takes the data that comes through connections.</param>
    public GraphRunner(
        GraphContext context,
        GraphSettings settings,
        GraphDatabase database,
        IGraphWatcher? watcher,
        PeerRendezvous? rendezvous,
        DataQueue incoming)
    {
        _database = database;
        _provider = settings.Provider;
        GuardedSecurityProvider? guarded =
            _provider is null ? null : new(_provider, settings.GraphId, context.Observer, context.Logger);
        IGraphSecurityProvider securing = _provider ?? NullSecurityProvider.Instance;
        _judge = new(guarded ?? securing, guarded?.Batches);
        _machine = new(settings with { Provider = guarded }, context.Options, database.Store, context.Random);

        _journal = new(
            settings.GraphId, context, _machine, database.Store.Batch, id => _connections!.Cut(id, ConnectionEnd.Lost));

        // Connections bound what they bring, and callers wait for their answers.
        _graph = new(settings, context, _machine, new(
            _machine, Perform, Report, context.Time, maximumEntries: 0, maximumBytes: 0, _journal)
        {
            Ended = () => OpenGraph.NotOpen(settings.GraphId),
        });
        _connections = new(_graph, securing, _judge, _leaving.Token);
        _finding = new(_graph, rendezvous, _leaving.Token);
        Listening = new(_graph, _connections.Accept);
        Descriptions = new(_graph, database, _connections, Listening);
        Joining = new(_graph, database.Store, _finding);
        Direct = new(_graph, _finding, Descriptions, incoming);
        Memory = new(_graph, database.Store, Direct, Descriptions);
        Records = new(_graph, database.Store, _judge, watcher, _leaving.Token);
    }

    public string GraphId => _graph.Id;

    public string PeerId => _graph.PeerId;

    /// <summary>The database's name.</summary>
    public string DatabaseName => _database.Name;

    /// <summary>Whether a security provider secures it.</summary>
    public bool IsSecured => _provider is not null;

    /// <summary>Whether the database was made for this runner, and never was synchronized.</summary>
    public bool HasNewDatabase => _database.IsNew && !_machine.IsReady;

    /// <summary>Whether it listens, or has neighbours.</summary>
    public bool IsBusy => Listening.Port != 0 || _machine.NeighborCount > 0;

    /// <summary>The time that the nodes agree on.</summary>
    public PeerTime PeerNow => _journal.PeerNow;

    /// <summary>Where others connect to this node.</summary>
    public GraphListening Listening { get; }

    /// <summary>What is to be seen of the graph.</summary>
    public GraphDescriptions Descriptions { get; }

    /// <summary>Connects to nodes of the graph.</summary>
    public GraphJoining Joining { get; }

    /// <summary>Its direct connections.</summary>
    public DirectConnections Direct { get; }

    /// <summary>What its owner changes, and its database keeps, of it.</summary>
    public GraphMemory Memory { get; }

    /// <summary>Its records.</summary>
    public GraphRecords Records { get; }

    /// <summary>Makes a new graph in an empty database.</summary>
    public Task CreateAsync(GraphProperties properties) => BeginAsync(now => _machine.Create(now, properties));

    /// <summary>Opens the graph whose database this is.</summary>
    public async Task OpenAsync()
    {
        await BeginAsync(now => Memory.Open(now, isJudging: _provider is not null)).ConfigureAwait(false);
        _graph.Loop.Beside.Run(CheckAsync);
    }

    /// <summary>Looks for the nodes of a graph that the node has opened by itself, until one lets this one in.</summary>
    public void Return(PeerGraphOpening opening) => _ = Joining.ReturnAsync(opening, _leaving.Token);

    /// <summary>Ends all connections with a peer, behind what it was sent before.</summary>
    public Task ExpelAsync(string peerId) => _graph.Loop.TellAsync(now => _machine.Expel(now, peerId));

    /// <summary>Leaves the graph.</summary>
    /// <param name="farewell">Whether the others are told; it takes two seconds at most.</param>
    public async Task CloseAsync(bool farewell)
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return;
        }

        await _leaving.CancelAsync().ConfigureAwait(false);
        await Ending.RunAsync(
            () => Listening.StopAsync().AsTask(),
            Ending.At(() => _graph.Loop.Post(now => Leave(now, farewell))),
            Ending.Of(_graph.Loop),
            _connections.EndAsync,
            Ending.At(_database.Dispose),
            Ending.At(Joining.End),
            Ending.At(Direct.End),
            Ending.At(_leaving.Dispose),
            Ending.Of(_judge),
            Ending.At(() => (_provider as IDisposable)?.Dispose())).ConfigureAwait(false);
        GraphLog.Closed(_graph.Context.Logger, GraphId);
    }

    public async ValueTask DisposeAsync() => await CloseAsync(farewell: false).ConfigureAwait(false);

    private async Task BeginAsync(Action<Moment> begin)
    {
        await _graph.Loop.WriteAsync(now =>
        {
            try
            {
                begin(now);
                Memory.ShowAttributes(now);
                return true;
            }
            catch
            {
                // Nothing of it is to be remembered.
                _machine.Abandon();
                throw;
            }
        }).ConfigureAwait(false);
        GraphLog.Opened(_graph.Context.Logger, GraphId, _machine.NodeId);
    }

    // A large database is looked at while it is in use.
    private async Task CheckAsync()
    {
        try
        {
            await _database.Store.CheckAsync(_leaving.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The graph is closed first.
        }
    }

    private void Leave(Moment now, bool farewell)
    {
        if (_machine.IsOpen)
        {
            Memory.Save();
        }

        if (farewell)
        {
            _machine.Close(now);
        }

        _machine.Abandon();
    }

    // An effect may lead to another one only through the machine, which none of them calls.
    private void Perform(GraphEffect effect)
    {
        if (effect.Deed is { } deed)
        {
            Perform(effect.Connection, deed);
        }
        else if (effect.Record is { } record)
        {
            Records.Tell(effect.Change, record);
        }
        else
        {
            _connections.Send(effect.Connection, effect.Message.Span);
        }
    }

    private void Perform(int connection, GraphDeed deed)
    {
        switch (deed)
        {
            case GraphDeed.Connect connect:
                _connections.Dial(connection, connect);
                break;
            case GraphDeed.Authenticate authenticate:
                _connections.Admit(connection, authenticate.Context);
                break;
            case GraphDeed.Close close:
                _connections.Close(connection, close);
                break;
            case GraphDeed.RecordExpired expired:
                Records.TellExpired(expired.Key);
                break;
            case GraphDeed.ConnectionChanged changed:
                Tell(changed.Change, changed.Connection);
                break;
            case GraphDeed.DataReceived received:
                Direct.Receive(connection, received);
                break;
            case GraphDeed.FindNode:
                _finding.Find();
                break;
            case GraphDeed.Synchronized:
                Joining.TellSynchronized();
                Descriptions.Tell(deed);
                Records.TellSynchronized();
                break;
            case GraphDeed.StatusChanged:
                Memory.Save();
                Descriptions.Tell(deed);
                break;
            default:
                Descriptions.Tell(deed);
                break;
        }
    }

    private void Tell(PeerConnectionChangeType change, GraphConnectionInfo connection)
    {
        string? distrust = _connections.TakeDistrust(connection.Id);
        PeerException? failure = change == PeerConnectionChangeType.Connected
            ? null
            : ConnectionFailures.Explain(GraphId, change, connection, distrust);
        if (connection.IsDirect)
        {
            Direct.Tell(connection, failure);
        }
        else
        {
            Joining.Tell(connection, failure);
        }

        Descriptions.Tell(change, connection);
    }

    private void Report(Exception exception)
    {
        GraphLog.LoopFailed(_graph.Context.Logger, GraphId, exception);
        _graph.Context.Observer.Failed(GraphId, $"The graph '{GraphId}' failed to handle an event: {exception.Message}");
    }
}
