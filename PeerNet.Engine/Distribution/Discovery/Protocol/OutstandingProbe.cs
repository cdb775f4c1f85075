using System.Net;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Discovery.Protocol;

/// <summary>A probe that waits for answers, with its HoHoDk list (MS-PCCRD 3.1.1), and what has been heard.</summary>
internal sealed class OutstandingProbe(
    DiscoverySearch search, string messageId, PeerContentVersion version, IReadOnlyList<SegmentId> segments)
{
    private readonly Dictionary<SegmentId, ReplyTally> _tallies = [];
    private readonly HashSet<SegmentId> _wanted = [.. segments];
    private readonly Dictionary<AddressBlock, int> _sources = [];
    private readonly HashSet<string> _peers = [];
    private readonly HashSet<IPEndPoint> _endpoints = [];
    private int _count;

    public DiscoverySearch Search => search;

    public string MessageId => messageId;

    public PeerContentVersion Version => version;

    public IReadOnlyList<SegmentId> Segments => segments;

    public bool Wants(SegmentId id) => _wanted.Contains(id);

    /// <summary>Whether a peer has answered before: it may be heard on several links, and for each repetition of the
    /// probe.</summary>
    public bool Knows(string peer, IPEndPoint endpoint) => _peers.Contains(peer) || _endpoints.Contains(endpoint);

    /// <summary>Counts a peer that answers for the first time; false where too many have done so already.</summary>
    public bool TryAdd(string peer, IPEndPoint endpoint, IPAddress source, DiscoveryOptions options)
    {
        AddressBlock block = AddressBlock.Of(source);
        int count = _sources.GetValueOrDefault(block);
        if (count >= options.MaximumRepliesPerSource || _count >= options.MaximumReplies)
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
    public void Tally(SegmentId id, uint blockCount, int kept)
    {
        if (!_tallies.TryGetValue(id, out ReplyTally? tally))
        {
            tally = new(kept);
            _tallies[id] = tally;
        }

        tally.Add(blockCount);
    }

    /// <summary>What the replies said of a segment; null for nothing.</summary>
    public ReplyTally? GetTally(SegmentId id) => _tallies.GetValueOrDefault(id);
}
