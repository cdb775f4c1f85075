using System.Net;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Discovery.Protocol;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Transport;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Distribution.Discovery;

/// <summary>
/// Finds content on the links of this machine, and is found while it serves. It opens sockets with the first search or
/// when it begins to serve; only while it serves does it listen to others' probes.
/// </summary>
internal sealed class DiscoveryService : IPeerFinder, IMulticastSink, IDiscoveryEffects, IAsyncDisposable
{
    private readonly INetworkInterfaces _interfaces;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DiscoveryMachine _machine;
    private readonly MulticastMembership _membership;
    private readonly SemaphoreSlim _searches;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly HashSet<DiscoverySearch> _running = [];
    private readonly List<Action> _sends = [];
    private bool _isOpen;
    private bool _isDisposed;

    /// <param name="options">The options; sound ones.</param>
    /// <param name="multicast">Joins the groups.</param>
    /// <param name="interfaces">The interfaces of this machine.</param>
    /// <param name="segments">What this node holds.</param>
    /// <param name="retrievalPort">The port of the retrieval server; 0 while there is none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Chance.</param>
    /// <param name="logger">The log.</param>
    public DiscoveryService(
        DiscoveryOptions options,
        IMulticastNetwork multicast,
        INetworkInterfaces interfaces,
        ISegmentSource segments,
        Func<int> retrievalPort,
        TimeProvider time,
        IRandomSource random,
        ILogger logger)
    {
        _interfaces = interfaces;
        _time = time;
        _logger = logger;
        _machine = new(options, segments, retrievalPort, this, random, time.GetUtcNow());
        _membership = new(multicast, interfaces, options.Addresses, options.Port, this);
        _searches = new(options.MaximumProbes / DiscoverySearch.MaximumProbes);
        _timer = time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _interfaces.Changed += OnNetworkChanged;
    }

    /// <summary>Whether there is a link with multicast; false before the first search.</summary>
    public bool IsAvailable => _membership.Places.Count > 0;

    /// <summary>The counters.</summary>
    public PeerDiscoveryStatistics Statistics
    {
        get
        {
            lock (_lock)
            {
                return _machine.Statistics;
            }
        }
    }

    /// <inheritdoc/>
    public event Action<FoundPeer>? FoundLate;

    int IMulticastSink.MaximumLength => WsdEnvelope.MaximumLength;

    /// <summary>Begins or ends answering probes.</summary>
    public void SetServing(bool isServing)
    {
        if (isServing)
        {
            DiscoveryWarmUp.Run();
        }

        Do(_ =>
        {
            _machine.IsServing = isServing;
            _isOpen |= isServing;
            SetNetwork();
        });
    }

    /// <inheritdoc/>
    /// <remarks>Ids that do not fit into <see cref="DiscoverySearch.MaximumProbes"/> probes are searched for when the
    /// request timer of those before has run out.</remarks>
    /// <exception cref="PeerException">The node has been stopped.</exception>
    public async IAsyncEnumerable<FoundPeer> FindAsync(
        IReadOnlyList<SegmentId> ids,
        PeerContentVersion version,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (SegmentId[][] batches in ProbeBatches.Of(ids, version).Chunk(DiscoverySearch.MaximumProbes))
        {
            await _searches.WaitAsync(cancellationToken).ConfigureAwait(false);
            var found = Channel.CreateUnbounded<FoundPeer>();
            var search = new DiscoverySearch(peer => Tell(found.Writer, peer), () => found.Writer.TryComplete());
            try
            {
                Start(batches, version, search);
                await foreach (FoundPeer peer in found.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                {
                    yield return peer;
                }
            }
            finally
            {
                End(search);
                _searches.Release();
            }
        }
    }

    public void Receive(IMulticastLink link, IPEndPoint source, ReadOnlySpan<byte> message)
    {
        Action[] sends;
        lock (_lock)
        {
            if (_membership.Find(link) is not { } place)
            {
                return;
            }

            try
            {
                _machine.Receive(place, source, message, Now);
            }
#pragma warning disable CA1031 // One bad message, a bug included, must not end the link's loop; it is reported.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                DiscoveryLog.Failed(_logger, exception);
            }

            sends = Settle();
        }

        Perform(sends);
    }

    void IDiscoveryEffects.SendToGroup(MulticastPlace link, byte[] message) =>
        Send(link, multicast => multicast.SendToGroup(message));

    void IDiscoveryEffects.SendTo(MulticastPlace link, IPEndPoint destination, byte[] message) =>
        Send(link, multicast => multicast.SendTo(destination, message));

    public async ValueTask DisposeAsync()
    {
        _interfaces.Changed -= OnNetworkChanged;
        Task leaving;
        lock (_lock)
        {
            _isDisposed = true;
            _machine.IsServing = false;
            foreach (DiscoverySearch search in _running)
            {
                _machine.Cancel(search, Now);
                search.Complete();
            }

            _running.Clear();
            _machine.Links = [];
            leaving = _membership.DisposeAsync().AsTask();
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        await leaving.ConfigureAwait(false);
    }

    private TimeSpan Now => _time.GetElapsedTime(0);

    // The lock is held, and whoever hears of late answers has locks of its own.
    private void Tell(ChannelWriter<FoundPeer> searcher, FoundPeer peer)
    {
        if (!searcher.TryWrite(peer))
        {
            _sends.Add(() => FoundLate?.Invoke(peer));
        }
    }

    // What takes long comes before the request timer begins to run.
    private void Start(SegmentId[][] batches, PeerContentVersion version, DiscoverySearch search)
    {
        DiscoveryWarmUp.Run();
        Do(_ => Open());
        Do(now =>
        {
            if (_isDisposed)
            {
                throw PeerErrors.NotInitialized.Exception("The node has been stopped.");
            }

            _running.Add(search);
            _machine.Start(batches, version, search, now);
        });
    }

    private void Open()
    {
        if (!_isOpen)
        {
            _isOpen = true;
            SetNetwork();
        }
    }

    private void End(DiscoverySearch search)
    {
        lock (_lock)
        {
            _machine.Cancel(search, Now);
            _running.Remove(search);
        }
    }

    private void OnNetworkChanged()
    {
        try
        {
            Do(_ => SetNetwork());
        }
#pragma warning disable CA1031 // Raised by the system's own thread, where nobody could catch it; it is reported.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            DiscoveryLog.Failed(_logger, exception);
        }
    }

    private void Tick()
    {
        try
        {
            Do(_machine.Tick);
        }
#pragma warning disable CA1031 // In a timer, where nobody could catch it; it is reported.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            DiscoveryLog.Failed(_logger, exception);
        }
    }

    // Sends come after the lock: what is sent may come back on this very thread.
    private void Do(Action<TimeSpan> work)
    {
        Action[] sends;
        lock (_lock)
        {
            work(Now);
            sends = Settle();
        }

        Perform(sends);
    }

    private static void Perform(Action[] sends)
    {
        foreach (Action send in sends)
        {
            send();
        }
    }

    private Action[] Settle()
    {
        Action[] sends = [.. _sends];
        _sends.Clear();
        if (!_isDisposed)
        {
            _timer.Change(_machine.NextDue is { } due ? Wait(due) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        return sends;
    }

    // Timers count whole milliseconds; one that is early would only have to be set again.
    private TimeSpan Wait(TimeSpan due) =>
        TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling((due - Now).TotalMilliseconds)));

    private void Send(MulticastPlace link, Action<IMulticastLink> send)
    {
        if (_membership.Find(link) is { } multicast)
        {
            _sends.Add(() => send(multicast));
        }
    }

    // The links as the interfaces are now; each that serves hears its group.
    private void SetNetwork()
    {
        foreach ((MulticastPlace place, MulticastOutcome outcome) in _membership.Set(_isOpen, _machine.IsServing))
        {
            Note(place, outcome);
        }

        _machine.Links = _membership.Places;
    }

    private void Note(MulticastPlace place, MulticastOutcome outcome)
    {
        if (outcome == MulticastOutcome.Refused)
        {
            DiscoveryLog.NoMulticast(_logger, place.Adapter.Name);
            return;
        }

        if (outcome == MulticastOutcome.Unheard)
        {
            DiscoveryLog.NotHeard(_logger, place.Adapter.Name, place.Group.Port);
        }

        DiscoveryLog.Joined(_logger, place.Sender.Address, place.Adapter.Name);
    }
}
