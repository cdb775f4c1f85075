using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Graphing.Storage;

namespace PeerNet.Engine.Graphing;

/// <summary>
/// A graph that is open: its machine, its database, its connections, and the one loop that touches them. What a batch of
/// inputs changes is committed at once, and only then do messages leave and callers hear of it, so that nothing that was
/// acknowledged is lost. Public methods may be called from anywhere; everything else runs in the loop.
/// </summary>
internal sealed partial class GraphSession : IAsyncDisposable
{
    // As many inputs as one commit may wait for.
    private const int BatchLength = 512;

    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);
    private static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(1);

    // A full disk is not asked a thousand times a second whether it still is.
    private static readonly TimeSpan RetryTimer = TimeSpan.FromSeconds(1);

    private readonly GraphContext _context;
    private readonly GraphSettings _settings;
    private readonly GraphDatabase _database;
    private readonly IGraphSecurityProvider _provider;
    private readonly RecordJudge _judge;
    private readonly CancellationTokenSource _leaving = new();
    private readonly GraphMailbox _mailbox = new();
    private readonly GraphMachine _machine;
    private readonly ITimer _timer;
    private readonly List<Answer> _answers = [];
    private readonly List<Answer> _held = [];
    private Task _loop = Task.CompletedTask;
    private TimeSpan _armedFor = TimeSpan.MaxValue;
    private bool _isOpen;
    private bool _isStale;
    private int _isClosed;

    /// <param name="context">What the node's graphs share.</param>
    /// <param name="settings">Which graph it is, and who takes part.</param>
    /// <param name="database">Its database, which the session owns from here on.</param>
    /// <param name="incoming">Takes the data that comes through connections.</param>
    public GraphSession(GraphContext context, GraphSettings settings, GraphDatabase database, DataQueue incoming)
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
        _timer = context.Time.CreateTimer(
            _ => _mailbox.Post(OnTimer), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string GraphId => _settings.GraphId;

    public string PeerId => _settings.PeerId;

    /// <summary>The database's name.</summary>
    public string DatabaseName => _database.Name;

    /// <summary>Whether the database was made for this session, and never was synchronized.</summary>
    public bool HasNewDatabase => _database.IsNew && !_machine.IsReady;

    private Moment Now => new(_context.Time.GetElapsedTime(0), _context.Time.GetUtcNow());

    /// <summary>Makes a new graph in an empty database.</summary>
    public Task CreateAsync(GraphProperties properties) => BeginAsync(() => _machine.Create(Now, properties));

    /// <summary>Opens the graph whose database this is.</summary>
    public Task OpenAsync() => BeginAsync(() =>
    {
        GraphState state = _database.Store.State;
        _machine.Open(Now, state.PeerTimeDelta, state.Left, state.IsJudged);
        if (!state.IsJudged && _settings.Provider is not null)
        {
            _database.Store.Save(state with { IsJudged = true });
        }
    });

    /// <summary>The graph as it is.</summary>
    public Task<PeerGraph> DescribeAsync() => AskAsync(Describe);

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

        _mailbox.Post(() => Leave(farewell));
        _mailbox.Complete();
        await _loop.ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
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

    private async Task BeginAsync(Action begin)
    {
        _loop = Task.Run(RunAsync);
        await AskAsync(() =>
        {
            begin();
            _isOpen = true;
            if (_nodeAttributes.Length > 0)
            {
                _machine.SetNodeAttributes(Now, _nodeAttributes);
            }
        }, isOwn: true).ConfigureAwait(false);
        GraphLog.Opened(_context.Logger, GraphId, _machine.NodeId);
    }

    private void Leave(bool farewell)
    {
        if (_isOpen)
        {
            Remember();
            if (farewell)
            {
                _machine.Close(Now);
            }
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

    private async Task RunAsync()
    {
        while (await _mailbox.WaitAsync().ConfigureAwait(false))
        {
            // What this node publishes is on the disk before anybody hears of it: nobody else has it. What others publish
            // they send again.
            bool isDurable = _mailbox.HasOwn;
            Handle(() => _database.Begin(isDurable));
            Reload();
            for (int i = 0; i < BatchLength && !_database.HasFailed && _mailbox.TryTake(isDurable, out Action? work); i++)
            {
                Handle(work);
            }

            Handle(Advance);
            Settle();
        }

        GiveHeld();
    }

    /// <summary>After a batch that was lost the machine learns what the database has. It waits for the next input: on a disk
    /// that stays full, doing so at once would never end.</summary>
    private void Reload()
    {
        if (_isStale && _isOpen)
        {
            _isStale = false;
            Handle(() => _machine.Reload(Now));
        }
    }

    private void Advance()
    {
        if (_isOpen && !_database.HasFailed)
        {
            _machine.Advance(Now);
        }
    }

    private void Handle(Action work)
    {
        try
        {
            work();
        }
#pragma warning disable CA1031 // One bad input, a bug included, must not take the graph down; it is reported.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Report(exception);
        }
    }

    private void Report(Exception exception)
    {
        GraphLog.LoopFailed(_context.Logger, GraphId, exception);
        _context.Observer.Failed(GraphId, $"The graph '{GraphId}' failed to handle an event: {exception.Message}");
    }

    /// <summary>After each batch: writes down what has changed, then lets the world see it.</summary>
    private void Settle()
    {
        KeepPeerTime();
        PeerException? failure = Commit();
        if (failure is null)
        {
            PerformEffects();
        }
        else
        {
            DropEffects();
            _isStale = true;
        }

        GiveAnswers(failure);
        ArmTimer();
    }

    /// <summary>Who published hears of it when the neighbors can take more, and so publishes no faster than they read.</summary>
    private void GiveAnswers(PeerException? failure)
    {
        bool isHeld = failure is null && _isOpen && Now.Elapsed < _machine.PublishingResumes;
        if (!isHeld)
        {
            GiveHeld();
        }

        foreach (Answer answer in _answers)
        {
            if (isHeld && answer.IsOwn)
            {
                _held.Add(answer);
            }
            else
            {
                answer.Give(failure);
            }
        }

        _answers.Clear();
    }

    // What they are about was committed before.
    private void GiveHeld()
    {
        _held.ForEach(answer => answer.Give(failure: null));
        _held.Clear();
    }

    private PeerException? Commit()
    {
        try
        {
            _database.Commit();
            return null;
        }
        catch (PeerException failure)
        {
            GraphLog.CommitFailed(_context.Logger, GraphId, failure);
            _context.Observer.Failed(GraphId, $"The graph '{GraphId}' cannot write its database: {failure.Message}");
            return failure;
        }
    }

    private void OnTimer() => _armedFor = TimeSpan.MaxValue;

    private void ArmTimer()
    {
        TimeSpan due = _isOpen ? _machine.NextDue : TimeSpan.MaxValue;
        if (_held.Count > 0 && _machine.PublishingResumes < due)
        {
            due = _machine.PublishingResumes;
        }

        if (due != _armedFor && due != TimeSpan.MaxValue)
        {
            _armedFor = due;
            TimeSpan wait = due - Now.Elapsed;
            TimeSpan shortest = _isStale ? RetryTimer : ShortestTimer;
            _timer.Change(
                wait < shortest ? shortest : wait > LongestTimer ? LongestTimer : wait, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Has something done by the loop, and answers when what it changed is written down.</summary>
    /// <param name="work">What.</param>
    /// <param name="isOwn">Whether it publishes something.</param>
    /// <exception cref="PeerException">The graph is closed, or what the work throws.</exception>
    private Task<T> AskAsync<T>(Func<T> work, bool isOwn = false)
    {
        var answer = new Answer<T>(isOwn);
        return _mailbox.Post(() => _answers.Add(answer.Find(work)), isOwn)
            ? answer.Task
            : Task.FromException<T>(GraphMailbox.Ended(GraphId));
    }

    /// <inheritdoc cref="AskAsync{T}"/>
    private async Task AskAsync(Action work, bool isOwn = false) => await AskAsync(
        () =>
        {
            work();
            return true;
        },
        isOwn).ConfigureAwait(false);

    /// <summary>An answer that waits for the commit.</summary>
    /// <param name="isOwn">Whether it is about what was published: wrong where that is not kept, as what was read is not.</param>
    private abstract class Answer(bool isOwn)
    {
        public bool IsOwn => isOwn;

        public abstract void Give(PeerException? failure);
    }

    private sealed class Answer<T>(bool isOwn) : Answer(isOwn)
    {
        private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;
        private Exception? _failure;

        public Task<T> Task => _source.Task;

        public Answer<T> Find(Func<T> work)
        {
            try
            {
                _result = work();
            }
#pragma warning disable CA1031 // The failure belongs to the caller who waits.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _failure = exception;
            }

            return this;
        }

        public override void Give(PeerException? failure)
        {
            if ((_failure ?? (IsOwn ? failure : null)) is { } exception)
            {
                _source.SetException(exception);
            }
            else
            {
                _source.SetResult(_result!);
            }
        }
    }
}
