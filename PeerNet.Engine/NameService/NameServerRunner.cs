using System.Collections.Concurrent;
using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.NameService.Protocol;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.NameService;

/// <summary>Runs the machine: its sockets, its connections, its searches.</summary>
internal sealed class NameServerRunner : IAsyncDisposable
{
    private const int WaitingInputs = 1024;

    private readonly NameServerServices _services;
    private readonly NameServerMachine _machine;
    private readonly MachineLoop<NameServerEffect> _loop;
    private readonly DatagramInlet<NameServerEffect> _inlet;
    private readonly IDatagramTransport _datagrams;
    private readonly IStreamListener _listener;
    private readonly ConcurrentDictionary<int, QuestionStream> _streams = [];
    private readonly ConnectionPlaces _places = new(NameServerServices.MaximumConnections);
    private int _lastStream;

    /// <param name="services">What it runs on.</param>
    /// <param name="datagrams">Its sockets for datagrams; its own from here on.</param>
    /// <param name="listener">Its sockets for connections; its own from here on.</param>
    public NameServerRunner(NameServerServices services, IDatagramTransport datagrams, IStreamListener listener)
    {
        _services = services;
        _datagrams = datagrams;
        _listener = listener;
        _machine = new(services.Random);
        _loop = new(_machine, Perform, Report, services.Time, WaitingInputs, WaitingInputs * IDatagramSink.BufferLength);
        _inlet = new(_loop, (now, source, datagram) => _machine.Receive(now, new(source, 0), datagram));
    }

    /// <summary>Its addresses.</summary>
    public IReadOnlyList<IPAddress> Addresses => _datagrams.LocalAddresses;

    /// <summary>Its port.</summary>
    public int Port => _datagrams.Port;

    /// <summary>Begins to answer.</summary>
    public void Start()
    {
        _datagrams.Start(_inlet);
        _listener.Start(Accept);
    }

    /// <summary>What it has done since it began.</summary>
    public Task<PeerNameServiceStatistics> GetStatisticsAsync() => _loop.AskAsync(_ => Describe(), new());

    public async ValueTask DisposeAsync()
    {
        await _loop.Beside.StopAsync().ConfigureAwait(false);
        await _listener.DisposeAsync().ConfigureAwait(false);
        await _datagrams.DisposeAsync().ConfigureAwait(false);
        foreach (QuestionStream stream in _streams.Values)
        {
            stream.Close();
        }

        await _loop.DisposeAsync().ConfigureAwait(false);
    }

    private void Perform(NameServerEffect effect)
    {
        if (effect.Search is { } search)
        {
            _loop.Beside.Run(() => SearchAsync(search));
        }
        else if (!effect.To.IsStream)
        {
            _datagrams.Send(effect.To.Address, effect.Answer.Span);
        }
        else if (_streams.TryGetValue(effect.To.Stream, out QuestionStream? stream))
        {
            if (effect.Answer.IsEmpty)
            {
                stream.Close();
            }
            else
            {
                stream.Answer(effect.Answer.Span);
            }
        }
    }

    private async Task SearchAsync(NameSearch search)
    {
        SearchOutcome outcome;
        try
        {
            outcome = await _services.Search.SearchAsync(search.Name, _loop.Beside.Stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception exception)
        {
            // Whoever waits is not to wait for ever.
            _loop.Post(now => _machine.Searched(now, search.Number, new([], exception.Message)));
            throw;
        }

        NameServerLog.Searched(_services.Logger, search.Name.Value, outcome.Found.Count, outcome.Failure ?? "");
        _loop.Post(now => _machine.Searched(now, search.Number, outcome));
    }

    private void Accept(StreamConnection connection)
    {
        if (_places.TryEnter(connection.Remote.Address) is { } place)
        {
            int number = Interlocked.Increment(ref _lastStream);
            var stream = new QuestionStream(connection with { Place = place }, _services.Time);
            _streams[number] = stream;
            _loop.Beside.Run(() => ServeAsync(stream, new(DatagramAddress.From(connection.Remote), number)));
        }
        else
        {
            connection.Dispose();
        }
    }

    private async Task ServeAsync(QuestionStream stream, QuestionSource source)
    {
        if (_loop.Beside.Stopping.IsCancellationRequested)
        {
            stream.Close();
        }

        try
        {
            await stream.RunAsync(question => _loop.TryPost(now => _machine.Receive(now, source, question), question.Length))
                .ConfigureAwait(false);
        }
        finally
        {
            _streams.TryRemove(source.Stream, out _);
            stream.Dispose();
        }
    }

    private PeerNameServiceStatistics Describe()
    {
        NameServerCounters counters = _machine.Counters;
        return new()
        {
            Questions = counters.Questions + _inlet.Dropped + _datagrams.Oversized,
            Cached = counters.Cached,
            Searches = counters.Searches,
            Found = counters.Found,
            Absent = counters.Absent,
            Failed = counters.Failed,
            Refused = counters.Refused,
            Truncated = counters.Truncated,
            Dropped = counters.Malformed + counters.Limited + _inlet.Dropped + _datagrams.Oversized + _places.TurnedAway,
            Names = _machine.Names,
            Waiting = _machine.Waiting,
            Connections = _streams.Count,
        };
    }

    private void Report(Exception exception)
    {
        NameServerLog.Failed(_services.Logger, exception);
        _services.Observer.Failed("NameService", exception.Message);
    }
}
