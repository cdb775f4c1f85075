using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;

namespace PeerNet.Engine.Distribution.Discovery.Protocol;

/// <summary>A probe that waits for answers, with its HoHoDk list (MS-PCCRD 3.1.1), and what has been heard.</summary>
internal sealed class OutstandingProbe(
    DiscoverySearch search, string messageId, IReadOnlyList<SegmentId> segments, DiscoveryLimits limits)
{
    private readonly Dictionary<SegmentId, ReplyTally> _tallies = [];
    private readonly HashSet<SegmentId> _wanted = [.. segments];
    private readonly Dictionary<AddressBlock, int> _sources = [];
    private readonly HashSet<string> _peers = [];
    private readonly HashSet<IPEndPoint> _endpoints = [];
    private int _repeats = limits.ProbeRepeats;
    private int _count;

    public DiscoverySearch Search => search;

    public string MessageId => messageId;

    public PeerContentVersion Version => search.Version;

    public IReadOnlyList<SegmentId> Segments => segments;

    /// <summary>Its bytes.</summary>
    public byte[] Message { get; } =
        new Probe { MessageId = messageId, Version = search.Version, Segments = segments }.Write();

    public bool Wants(SegmentId id) => _wanted.Contains(id);

    /// <summary>Counts a repetition; false where there is none left.</summary>
    public bool TryRepeat() => _repeats-- > 0;

    /// <summary>Whether a peer has answered before: it may be heard on several links, and for each repetition of the
    /// probe.</summary>
    public bool Knows(string peer, IPEndPoint endpoint) => _peers.Contains(peer) || _endpoints.Contains(endpoint);

    /// <summary>Counts a peer that answers for the first time; false where too many have done so already.</summary>
    public bool TryAdd(string peer, IPEndPoint endpoint, IPAddress source)
    {
        AddressBlock block = AddressBlock.Of(source);
        int count = _sources.GetValueOrDefault(block);
        if (count >= DiscoveryLimits.RepliesPerSource || _count >= limits.Replies)
        {
            return false;
        }

        _sources[block] = count + 1;
        _count++;
        _peers.Add(peer);
        _endpoints.Add(endpoint);
        return true;
    }

    /// <summary>Notes what a reply says of a segment.</summary>
    public void Tally(SegmentId id, uint blockCount)
    {
        if (!_tallies.TryGetValue(id, out ReplyTally? tally))
        {
            tally = new(DiscoveryLimits.SuppressionReplies);
            _tallies[id] = tally;
        }

        tally.Add(blockCount);
    }

    /// <summary>What the replies said of a segment; null for nothing.</summary>
    public ReplyTally? GetTally(SegmentId id) => _tallies.GetValueOrDefault(id);
}

/// <summary>What the replies to a probe said of one segment.</summary>
/// <param name="kept">How many of the largest block counts are kept: n of MS-PCCRD note 8.</param>
internal sealed class ReplyTally(int kept)
{
    /// <summary>The block count of a reply that says only that nothing is missing.</summary>
    public const uint Everything = uint.MaxValue;

    private readonly List<uint> _largest = [];

    /// <summary>The replies.</summary>
    public int Seen { get; private set; }

    /// <summary>The n-th largest block count: at least n replies have as many. 0 for fewer replies.</summary>
    public uint CommonBlocks => _largest.Count < kept ? 0 : _largest[^1];

    public void Add(uint blockCount)
    {
        Seen++;
        int place = _largest.FindIndex(other => other < blockCount);
        _largest.Insert(place < 0 ? _largest.Count : place, blockCount);
        if (_largest.Count > kept)
        {
            _largest.RemoveAt(kept);
        }
    }
}
