using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Graphing.Storage;

namespace PeerNet.Engine.Graphing;

/// <summary>
/// Runs the machine of a graph that is open: its database, its connections, and the one loop that touches them. What a batch
/// of inputs changes is committed at once, and only then do messages leave and callers hear of it, so that nothing that was
/// acknowledged is lost. Public methods may be called from anywhere; everything else runs in the loop.
/// </summary>
internal sealed partial class GraphRunner : IMachineJournal<GraphEffect>, IAsyncDisposable
{
    private readonly GraphContext _context;
    private readonly GraphSettings _settings;
    private readonly GraphDatabase _database;
    private readonly IGraphSecurityProvider _provider;
    private readonly RecordJudge _judge;
    private readonly CancellationTokenSource _leaving = new();
    private readonly GraphMachine _machine;
    private readonly MachineLoop<GraphEffect> _loop;
    private bool _isOpen;
    private int _isClosed;

    /// <param name="context">What the node's graphs share.</param>
    /// <param name="settings">Which graph it is, and who takes part.</param>
    /// <param name="database">Its database, which the runner owns from here on.</param>
    /// <param name="incoming">Takes the data that comes through connections.</param>
    public GraphRunner(GraphContext context, GraphSettings settings, GraphDatabase database, DataQueue incoming)
    {
        _context = context;
        _settings = settings;
        _database = database;
        _incoming = incoming;
        _provider = settings.Provider ?? NullSecurityProvider.Instance;
        _nodeAttributes = database.Store.State.NodeAttributes;
        _rendezvous = settings.Rendezvous;
        GuardedSecurityProvider? guarded = Guard(settings.Provider);
        _judge = new(guarded ?? _provider, guarded?.Batches);
        _machine = new(settings with { Provider = guarded }, context.Options, database.Store, context.Random);

        // Connections bound what they bring, and callers wait for their answers.
        _loop = new(_machine, Perform, Report, context.Time, maximumEntries: 0, maximumBytes: 0, journal: this)
        {
            Ended = () => NotOpen(GraphId),
        };
    }

    public string GraphId => _settings.GraphId;

    public string PeerId => _settings.PeerId;

    /// <summary>The database's name.</summary>
    public string DatabaseName => _database.Name;

    /// <summary>Whether the database was made for this runner, and never was synchronized.</summary>
    public bool HasNewDatabase => _database.IsNew && !_machine.IsReady;

    /// <inheritdoc/>
    TimeSpan IMachineJournal<GraphEffect>.AnswersResume => _isOpen ? _machine.PublishingResumes : TimeSpan.MinValue;

    /// <inheritdoc/>
    bool IMachineJournal<GraphEffect>.HasFailed => _database.HasFailed;

    /// <summary>Fails for callers of a graph that is closed.</summary>
    public static PeerException NotOpen(string graphId) =>
        PeerErrors.InvalidGraph.Exception($"The graph '{graphId}' is not open.", graphId);

    /// <summary>Makes a new graph in an empty database.</summary>
    public Task CreateAsync(GraphProperties properties) => BeginAsync(now => _machine.Create(now, properties));

    /// <summary>Opens the graph whose database this is.</summary>
    public Task OpenAsync() => BeginAsync(now =>
    {
        GraphState state = _database.Store.State;
        _machine.Open(now, state.PeerTimeDelta, state.Left, state.IsJudged);
        if (!state.IsJudged && _settings.Provider is not null)
        {
            _database.Store.Save(state with { IsJudged = true });
        }
    });

    /// <summary>The graph as it is.</summary>
    public Task<PeerGraph> DescribeAsync() => _loop.AskAsync(_ => Describe());

    /// <summary>Leaves the graph.</summary>
    /// <param name="farewell">Whether the others are told; it takes two seconds at most.</param>
    public async Task CloseAsync(bool farewell)
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return;
        }

        await _leaving.CancelAsync().ConfigureAwait(false);
        _context.Interfaces.Changed -= OnInterfacesChanged;
        if (_listener is { } listener)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }

        _loop.Post(now => Leave(now, farewell));
        await _loop.DisposeAsync().ConfigureAwait(false);
        await EndConnectionsAsync().ConfigureAwait(false);
        _database.Dispose();
        _finding.Dispose();
        EndWaits();
        _leaving.Dispose();
        await _judge.DisposeAsync().ConfigureAwait(false);
        (_settings.Provider as IDisposable)?.Dispose();
        GraphLog.Closed(_context.Logger, GraphId);
    }

    public async ValueTask DisposeAsync() => await CloseAsync(farewell: false).ConfigureAwait(false);

    private GuardedSecurityProvider? Guard(IGraphSecurityProvider? provider) =>
        provider is null ? null : new(provider, _settings.GraphId, _context.Observer, _context.Logger);

    private async Task BeginAsync(Action<Moment> begin)
    {
        await _loop.WriteAsync(now => Begin(now, begin)).ConfigureAwait(false);
        GraphLog.Opened(_context.Logger, GraphId, _machine.NodeId);
    }

    private bool Begin(Moment now, Action<Moment> begin)
    {
        begin(now);
        _isOpen = true;
        if (_nodeAttributes.Length > 0)
        {
            _machine.SetNodeAttributes(now, _nodeAttributes);
        }

        return true;
    }

    private void Leave(Moment now, bool farewell)
    {
        if (_isOpen)
        {
            Remember();
        }

        if (_isOpen && farewell)
        {
            _machine.Close(now);
        }
        else
        {
            _machine.Abandon();
        }

        _isOpen = false;
    }

    /// <summary>Writes down what the next opening needs to know.</summary>
    private void Remember()
    {
        GraphState state = _database.Store.State;
        GraphState now = state with
        {
            PeerTimeDelta = _machine.PeerTimeDelta,
            Left = _machine.LastConnected,
            IsSynchronized = _machine.IsReady,
            CreatorId = _machine.Properties?.CreatorId ?? state.CreatorId,
            GraphInfo = _database.Store.Find(RecordTypes.GraphInfoId)?.Payload ?? state.GraphInfo,
            NodeAttributes = _nodeAttributes,
        };
        _database.Store.Save(now);
    }

    /// <inheritdoc/>
    void IMachineJournal<GraphEffect>.Begin(bool isDurable) => _database.Begin(isDurable);

    /// <inheritdoc/>
    void IMachineJournal<GraphEffect>.Commit()
    {
        KeepPeerTime();
        _database.Commit();
    }

    /// <summary>The batch is not in the database. Nobody may believe that it is: the connections concerned are cut, and
    /// whoever is there synchronizes anew.</summary>
    void IMachineJournal<GraphEffect>.Undo(IReadOnlyList<GraphEffect> effects, PeerException failure)
    {
        GraphLog.CommitFailed(_context.Logger, GraphId, failure);
        _context.Observer.Failed(GraphId, $"The graph '{GraphId}' cannot write its database: {failure.Message}");
        foreach (int id in effects.Select(effect => effect.Connection).Where(id => id != 0).Distinct().ToArray())
        {
            if (_connections.ContainsKey(id))
            {
                Cut(id, ConnectionEnd.Lost);
            }
            else
            {
                // It was to be opened.
                _loop.Post(now => _machine.Closed(now, id, ConnectionEnd.Lost));
            }
        }
    }

    /// <inheritdoc/>
    void IMachineJournal<GraphEffect>.Reload(Moment now)
    {
        if (_isOpen)
        {
            _machine.Reload(now);
        }
    }

    private void Report(Exception exception)
    {
        GraphLog.LoopFailed(_context.Logger, GraphId, exception);
        _context.Observer.Failed(GraphId, $"The graph '{GraphId}' failed to handle an event: {exception.Message}");
    }

    /// <summary>Has something done by the loop, and waits until what it changed is written down.</summary>
    /// <exception cref="PeerException">The graph is closed, or what the work throws.</exception>
    private Task<bool> TellAsync(Action<Moment> work) => _loop.AskAsync(now =>
    {
        work(now);
        return true;
    });
}
