using System.Buffers;
using System.Net;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Discovery.Protocol;
using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Distribution.Retrieval;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Transport;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Distribution.Discovery;

/// <summary>
/// Finds content on the links of this machine, and is found while it serves. It opens sockets with the first search or
/// when it begins to serve; only while it serves does it listen to others' probes.
/// </summary>
internal sealed class DiscoveryRunner : IPeerFinder, IMulticastSink, IAsyncDisposable
{
    /// <summary>The port of WS-Discovery.</summary>
    public const int DefaultPort = 3702;

    private const int WaitingMessages = 1024;
    private const int WaitingBytes = 4 * 1024 * 1024;

    private readonly INetworkInterfaces _interfaces;
    private readonly ISegmentSource _segments;
    private readonly ILogger _logger;
    private readonly DiscoveryMachine _machine;
    private readonly MachineLoop<DiscoveryEffect> _loop;
    private readonly MulticastMembership _membership;

    // What the loop alone touches: the searches that somebody waits for, and what the groups are joined for.
    private readonly Dictionary<int, ChannelWriter<FoundPeer>> _searchers = [];
    private bool _isOpen;
    private bool _isServing;

    /// <param name="limits">The numbers.</param>
    /// <param name="addresses">The local addresses to use.</param>
    /// <param name="port">The port that probes go to.</param>
    /// <param name="multicast">Joins the groups.</param>
    /// <param name="interfaces">The interfaces of this machine.</param>
    /// <param name="segments">What this node holds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Chance.</param>
    /// <param name="logger">The log.</param>
    public DiscoveryRunner(
        DiscoveryLimits limits,
        AddressChoice addresses,
        int port,
        IMulticastNetwork multicast,
        INetworkInterfaces interfaces,
        ISegmentSource segments,
        TimeProvider time,
        IRandomSource random,
        ILogger logger)
    {
        _interfaces = interfaces;
        _segments = segments;
        _logger = logger;
        _machine = new(limits, random, time.GetUtcNow(), Counters);
        _loop = new(_machine, Perform, Report, time, WaitingMessages, WaitingBytes);
        _membership = new(multicast, interfaces, addresses, port, this);
        _interfaces.Changed += OnNetworkChanged;
    }

    /// <summary>What it has counted.</summary>
    public CounterSet<DiscoveryCounter> Counters { get; } = new("Discovery");

    /// <summary>Whether there is a link with multicast; false before the first search.</summary>
    public bool IsAvailable => _membership.Places.Count > 0;

    /// <inheritdoc/>
    public event Action<FoundPeer>? FoundLate;

    int IMulticastSink.MaximumLength => WsdEnvelope.MaximumLength;

    /// <summary>Begins or ends answering probes.</summary>
    /// <param name="port">The port of the retrieval server; 0 to answer none.</param>
    public Task ServeAsync(int port)
    {
        if (port != 0)
        {
            DiscoveryWarmUp.Run();
        }

        return _loop.PostAsync(now =>
        {
            _machine.Serve(now, port);
            _isServing = port != 0;
            _isOpen |= _isServing;
            SetNetwork(now);
        });
    }

    /// <inheritdoc/>
    /// <remarks>Ids that do not fit into <see cref="DiscoveryLimits.ProbesPerSearch"/> probes are searched for when the
    /// request timer of those before has run out.</remarks>
    /// <exception cref="PeerException">The node has been stopped.</exception>
    public async IAsyncEnumerable<FoundPeer> FindAsync(
        IReadOnlyList<SegmentId> ids,
        PeerContentVersion version,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What takes long comes before the request timer begins to run.
        DiscoveryWarmUp.Run();
        await _loop.PostAsync(Open).ConfigureAwait(false);
        var found = Channel.CreateUnbounded<FoundPeer>();
        int search = await _loop.AskAsync(now =>
        {
            int id = _machine.Search(now, ids, version);
            _searchers.Add(id, found.Writer);
            return id;
        }).ConfigureAwait(false);
        try
        {
            await foreach (FoundPeer peer in found.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return peer;
            }
        }
        finally
        {
            _loop.Post(now =>
            {
                _searchers.Remove(search);
                _machine.Cancel(now, search);
            });
        }
    }

    public void Receive(IMulticastLink link, IPEndPoint source, ReadOnlySpan<byte> message)
    {
        int length = message.Length;
        byte[] copy = ArrayPool<byte>.Shared.Rent(length);
        message.CopyTo(copy);
        bool isTaken = _loop.TryPost(
            now =>
            {
                if (_membership.Find(link) is { } place)
                {
                    _machine.Receive(now, place, source, copy.AsSpan(0, length));
                }

                ArrayPool<byte>.Shared.Return(copy);
            },
            length);
        if (!isTaken)
        {
            Counters.Add(DiscoveryCounter.DroppedLimit);
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _interfaces.Changed -= OnNetworkChanged;
        var leaving = Task.CompletedTask;
        await _loop.PostAsync(now =>
        {
            _machine.Stop(now);
            leaving = _membership.DisposeAsync().AsTask();
        }).ConfigureAwait(false);
        await _loop.DisposeAsync().ConfigureAwait(false);
        await leaving.ConfigureAwait(false);
    }

    private void Perform(DiscoveryEffect effect)
    {
        switch (effect)
        {
            case DiscoveryEffect.SendToGroup send:
                _membership.Find(send.Link)?.SendToGroup(send.Message);
                break;
            case DiscoveryEffect.SendTo send:
                _membership.Find(send.Link)?.SendTo(send.Destination, send.Message);
                break;
            case DiscoveryEffect.LookUp { Probe: var probe }:
                SegmentHolding?[] held = [.. probe.Probe.Segments.Select(_segments.Find)];
                _loop.Post(now => _machine.Held(now, probe, held));
                break;
            case DiscoveryEffect.Found found:
                Tell(found);
                break;
            case DiscoveryEffect.Ended ended when _searchers.Remove(ended.Search, out ChannelWriter<FoundPeer>? searcher):
                searcher.TryComplete();
                break;
        }
    }

    private void Tell(DiscoveryEffect.Found found)
    {
        if (_searchers.TryGetValue(found.Search, out ChannelWriter<FoundPeer>? searcher))
        {
            searcher.TryWrite(found.Peer);
        }
        else
        {
            FoundLate?.Invoke(found.Peer);
        }
    }

    private void Open(Moment now)
    {
        if (!_isOpen)
        {
            _isOpen = true;
            SetNetwork(now);
        }
    }

    private void OnNetworkChanged() => _loop.Post(SetNetwork);

    // The links as the interfaces are now; each that serves hears its group.
    private void SetNetwork(Moment now)
    {
        foreach ((MulticastPlace place, MulticastOutcome outcome) in _membership.Set(_isOpen, _isServing))
        {
            Note(place, outcome);
        }

        _machine.SetLinks(now, _membership.Places);
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

    private void Report(Exception exception) => DiscoveryLog.Failed(_logger, exception);
}

/// <summary>The client role of MS-PCCRD.</summary>
internal interface IPeerFinder
{
    /// <summary>Somebody has answered a search that has ended: a busy peer takes its time. Raised on any thread.</summary>
    event Action<FoundPeer>? FoundLate;

    /// <summary>Probes all links for holders of segments, and ends when the request timer does (200 to 500 ms).
    /// Answers are delivered as they come; there may be none.</summary>
    IAsyncEnumerable<FoundPeer> FindAsync(
        IReadOnlyList<SegmentId> ids, PeerContentVersion version, CancellationToken cancellationToken);
}

/// <summary>A peer's answer to a probe: what it says it holds. Only a hint.</summary>
/// <param name="Endpoint">Where it serves retrieval; on the link that the probe went to.</param>
/// <param name="Segments">The ids it holds something of, among those asked for.</param>
internal sealed record FoundPeer(IPEndPoint Endpoint, IReadOnlyList<SegmentId> Segments);

/// <summary>
/// Has the code that reads and writes messages compiled before the first message: a peer waits 300 ms for an answer, and
/// on a slow machine the compiler alone takes as long.
/// </summary>
internal static class DiscoveryWarmUp
{
    private static readonly Lazy<bool> Done = new(ReadAndWrite);

    /// <summary>Does it, once in a process.</summary>
    public static void Run() => _ = Done.Value;

    private static bool ReadAndWrite()
    {
        SegmentId.TryCreate(new byte[32], out SegmentId id);
        bool isRead = true;
        foreach (PeerContentVersion version in Enum.GetValues<PeerContentVersion>())
        {
            var probe = new Probe { MessageId = "urn:a", Version = version, Segments = [id] };
            var answer = new ProbeMatches
            {
                MessageId = "urn:b",
                RelatesTo = probe.MessageId,
                Matches =
                [
                    new()
                    {
                        Address = "urn:c",
                        Version = version,
                        XAddrs = [new(System.Net.IPAddress.IPv6Loopback, 1), new(System.Net.IPAddress.Loopback, 1)],
                        Segments = [new(id, 1)],
                        Availability = [SegmentAvailability.Complete],
                        Ages = new([new(0, TimeSpan.Zero)]),
                    },
                ],
            };
            isRead &= WsdEnvelope.TryRead(probe.Write(), out WsdEnvelope? first) && Probe.TryRead(first, out _);
            isRead &= WsdEnvelope.TryRead(answer.Write(), out WsdEnvelope? second) && second.NamesTypesOf(PeerDistNames.PeerDist)
                && ProbeMatches.TryRead(second, out _);
        }

        return isRead;
    }
}
