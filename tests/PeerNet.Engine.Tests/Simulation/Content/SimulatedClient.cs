using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Discovery.Protocol;
using PeerNet.Engine.Distribution.Download;
using PeerNet.Engine.Distribution.Download.Protocol;
using PeerNet.Engine.Distribution.Retrieval.Protocol;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Simulation.Content;

/// <summary>A client with both machines, which loads the content once, checks every block, and serves what it has.</summary>
internal sealed class SimulatedClient : ContentHost
{
    private const int Port = 80;

    private readonly ContentNetwork _network;
    private readonly bool _isLiar;
    private readonly double _line;
    private readonly MulticastPlace _link;
    private readonly Dictionary<int, DownloadRequest> _searches = [];
    private readonly HashSet<DownloadRequest> _open = [];
    private DownloadMachine _downloads = new();
    private DiscoveryMachine _discovery = null!;
    private DownloadSchedule? _schedule;
    private TimeSpan _freeAt;

    public SimulatedClient(ContentNetwork network, IPAddress address, double line, bool isLiar)
        : base(network, new(address, Port), line)
    {
        _network = network;
        _isLiar = isLiar;
        _line = line;
        LocalInterface adapter = FakeInterfaces.Ethernet(2, $"{address}/16");
        _link = new()
        {
            Group = new(IPAddress.Parse("239.255.255.250"), 3702),
            Adapter = adapter,
            Sender = adapter.Addresses[0],
            Published = [address],
        };
        Start();
    }

    /// <summary>Where its datagrams come from.</summary>
    public IPEndPoint Sender => new(Endpoint.Address, 50_000);

    /// <summary>Whether it has the content; nobody asks it of a liar.</summary>
    public bool IsDone { get; private set; }

    /// <summary>How long its download took; null where it has not ended.</summary>
    public TimeSpan? Time { get; private set; }

    /// <summary>Bytes of it that came from the origin.</summary>
    public long FromOrigin { get; private set; }

    private TimeSpan Begun { get; set; }

    /// <summary>Begins to load.</summary>
    public void Begin()
    {
        Begun = _network.Elapsed;
        Load();
    }

    /// <summary>Crashes, and comes back after some seconds; half of those that do have lost what they had.</summary>
    public void Crash()
    {
        if (IsDone)
        {
            return;
        }

        Die();
        if (_network.Random.Next(2) == 0)
        {
            Forget();
        }

        _network.After(TimeSpan.FromSeconds(1 + _network.Random.Next(4)), () =>
        {
            Revive();
            Start();
            Load();
        });
    }

    /// <summary>Its line takes in what was sent.</summary>
    /// <returns>When it has.</returns>
    public TimeSpan Receive(TimeSpan sent, int bytes)
    {
        _freeAt = (_freeAt > sent ? _freeAt : sent) + TimeSpan.FromSeconds(bytes / _line);
        return _freeAt;
    }

    /// <summary>A datagram has come.</summary>
    public void Hear(IPEndPoint source, byte[] message)
    {
        DoIf(Life, () => _discovery.Receive(Now, _link, source, message));
    }

    public override BlockSet Holds(PeerContentSegment segment) => _isLiar ? BlockSet.First(segment.BlockCount) : base.Holds(segment);

    public override ReadOnlyMemory<byte>? Read(PeerContentSegment segment, int block) =>
        _isLiar ? new byte[segment.GetBlockLength(block)] : base.Read(segment, block);

    private void Start()
    {
        _downloads = new();
        _searches.Clear();
        _discovery = new(new(), _network.Random, Now.Utc, new("Discovery"));
        _discovery.SetLinks(Now, [_link]);
        _discovery.Serve(Now, Port);
    }

    private void Load()
    {
        if (_isLiar)
        {
            IsDone = true;
            return;
        }

        Do(() => _schedule = _downloads.Begin(Now, _network.Layout, new()
        {
            HostedCaches = _network.HostedCache is { } cache ? [cache.Address] : [],
            CanDiscover = true,
            HasSource = true,
        }));
    }

    protected override TimeSpan NextDue => _downloads.NextDue < _discovery.NextDue ? _downloads.NextDue : _discovery.NextDue;

    protected override void Advance()
    {
        _downloads.Advance(Now);
        _discovery.Advance(Now);
    }

    protected override void Perform()
    {
        while (true)
        {
            DownloadEffect[] downloads = [.. _downloads.TakeEffects()];
            DiscoveryEffect[] discoveries = [.. _discovery.TakeEffects()];
            if (downloads.Length + discoveries.Length == 0)
            {
                return;
            }

            Array.ForEach(downloads, Perform);
            Array.ForEach(discoveries, Perform);
        }
    }

    private void Perform(DiscoveryEffect effect)
    {
        switch (effect)
        {
            case DiscoveryEffect.SendToGroup send:
                _network.SendToGroup(this, send.Message);
                break;
            case DiscoveryEffect.SendTo send:
                _network.SendTo(this, send.Destination, send.Message);
                break;
            case DiscoveryEffect.LookUp { Probe: var probe }:
                _discovery.Held(Now, probe, [.. probe.Probe.Segments.Select(id => Find(_network.Segments[id]))]);
                break;
            case DiscoveryEffect.Found found:
                Meet(found);
                break;
            case DiscoveryEffect.Ended ended when _searches.Remove(ended.Search, out DownloadRequest? probe):
                probe.Download.ProbeEnded(Now, probe, isAnswered: true);
                break;
        }
    }

    private void Meet(DiscoveryEffect.Found found)
    {
        Uri address = PeerRequests.GetAddress(found.Peer.Endpoint);
        if (_searches.TryGetValue(found.Search, out DownloadRequest? probe))
        {
            probe.Download.Found(Now, probe, address, found.Peer.Segments);
        }
        else
        {
            _downloads.FoundLate(Now, address, found.Peer.Segments);
        }
    }

    private void Perform(DownloadEffect effect)
    {
        DownloadSchedule download = effect.Download;
        switch (effect)
        {
            case DownloadEffect.Look look:
                download.AtHand(Now, look.Index, default, Holds(_network.Layout.GetSegment(look.Index)));
                break;
            case DownloadEffect.Ask ask:
                Ask(ask.Request);
                break;
            case DownloadEffect.Cancel cancel:
                Cancel(cancel.Request);
                break;
            case DownloadEffect.Read read:
                int life = Life;
                _network.Read(this, read.What, () => DoIf(life, () => Take(download, read.What)));
                break;
            case DownloadEffect.Save:
                download.Saved(Now);
                break;
            case DownloadEffect.End:
                End(download);
                break;
        }
    }

    private void Ask(DownloadRequest request)
    {
        DownloadSchedule download = request.Download;
        PeerContentSegment segment = request.Session.Segment;
        switch (request.Kind)
        {
            case DownloadRequestKind.Probe:
                _searches.Add(_discovery.Search(Now, request.GetIds(), segment.Version), request);
                break;
            case DownloadRequestKind.SegmentList:
                Exchange(
                    request,
                    host => (Enumerable.Range(0, request.Sessions.Count)
                        .Where(i => !host.Holds(request.Sessions[i].Segment).IsEmpty).ToArray(), 0),
                    (_, held) => download.SegmentListEnded(Now, request, held));
                break;
            case DownloadRequestKind.BlockList:
                Exchange(
                    request,
                    host => ((object)host.Holds(segment), 0),
                    (_, blocks) => download.BlockListEnded(Now, request, (BlockSet?)blocks));
                break;
            default:
                Exchange(
                    request,
                    host => ((object)(host.Read(segment, request.Block) ?? default), host.Read(segment, request.Block)?.Length ?? 0),
                    (host, data) => download.BlockEnded(Now, request, Judge(request, host, (ReadOnlyMemory<byte>?)data)));
                break;
        }
    }

    // One answer for each request: what was cancelled has ended already.
    private void Exchange<T>(DownloadRequest request, Func<ContentHost, (T, int)> answer, Action<ContentHost?, T?> end)
        where T : class
    {
        int life = Life;
        _open.Add(request);
        _network.Exchange(this, request.Server!.Address, answer, (host, said) => DoIf(life, () =>
        {
            if (_open.Remove(request))
            {
                end(host, said);
            }
        }));
    }

    private void Cancel(DownloadRequest request)
    {
        if (request.Kind == DownloadRequestKind.Probe)
        {
            int search = _searches.Single(pair => pair.Value == request).Key;
            _searches.Remove(search);
            _discovery.Cancel(Now, search);
            request.Download.ProbeEnded(Now, request, isAnswered: false);
        }
        else if (_open.Remove(request))
        {
            Fail(request);
        }
    }

    private void Fail(DownloadRequest request)
    {
        switch (request.Kind)
        {
            case DownloadRequestKind.Block:
                request.Download.BlockEnded(Now, request, BlockOutcome.Failed);
                break;
            case DownloadRequestKind.BlockList:
                request.Download.BlockListEnded(Now, request, null);
                break;
            default:
                request.Download.SegmentListEnded(Now, request, null);
                break;
        }
    }

    private BlockOutcome Judge(DownloadRequest request, ContentHost? host, ReadOnlyMemory<byte>? answer)
    {
        if (answer is not { } data)
        {
            return host is null ? BlockOutcome.Failed : BlockOutcome.Busy;
        }

        PeerContentSegment segment = request.Session.Segment;
        if (data.IsEmpty)
        {
            return BlockOutcome.Missing;
        }

        if (!SegmentCryptography.Matches(segment.HashAlgorithm, data.Span, segment.GetBlockHash(request.Block)))
        {
            return BlockOutcome.Corrupt;
        }

        Keep(segment, request.Block, data);
        return BlockOutcome.Received;
    }

    private void Take(DownloadSchedule download, SourceRead read)
    {
        for (int number = read.First; number < read.First + read.Count; number++)
        {
            (int index, int block) = _network.Layout.Locate(number);
            (long offset, int length) = _network.Layout.GetContentRange(index, block);
            Keep(_network.Layout.GetSegment(index), block, _network.Content.Bytes.AsMemory((int)offset, length));
            FromOrigin += length;
        }

        download.SourceRead(Now, read);
    }

    private void End(DownloadSchedule download)
    {
        _downloads.Leave(download);
        if (!download.IsWhole || download != _schedule)
        {
            throw new InvalidOperationException("The origin has it all, and a download has ended without.");
        }

        foreach (PeerContentSegment segment in _network.Content.Segments)
        {
            for (int block = 0; block < segment.BlockCount; block++)
            {
                Check(segment, block);
            }
        }

        Time = _network.Elapsed - Begun;
        IsDone = true;
    }

    private void Check(PeerContentSegment segment, int block)
    {
        ReadOnlyMemory<byte> data = Read(segment, block)!.Value;
        if (!_network.Content.GetBlock(segment, block).SequenceEqual(data.Span))
        {
            throw new InvalidOperationException("A download has ended with wrong bytes.");
        }

        _network.HostedCache?.Keep(segment, block, data);
    }
}
