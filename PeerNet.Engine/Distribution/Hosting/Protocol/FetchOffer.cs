using System.Net;
using PeerNet.Engine.Distribution.Caching;
using PeerNet.Engine.Distribution.Content;

namespace PeerNet.Engine.Distribution.Hosting.Protocol;

/// <summary>A segment that a client says it holds, and what the cache wants of it.</summary>
internal sealed record FetchOffer
{
    // What an offer takes in memory besides the hashes of its blocks.
    private const int BaseWeight = 512;

    /// <summary>The client: the source of its request, and the port in it (MS-PCHC 3.1.5).</summary>
    public required IPEndPoint Client { get; init; }

    /// <summary>The segment.</summary>
    public required SegmentId Id { get; init; }

    /// <summary>What describes the segment, so that its blocks can be read and verified; null where only its id is known.</summary>
    public PeerContentSegment? Segment { get; init; }

    /// <summary>What the offer says of a segment of which only the id is known.</summary>
    public SealedSegment? Sealed { get; init; }

    /// <summary>The blocks that are not held yet.</summary>
    public required BlockSet Wanted { get; init; }

    /// <summary>What the client's application calls its content; empty for nothing.</summary>
    public Guid Tag { get; init; }

    /// <summary>The base address of the client's retrieval server.</summary>
    public Uri Peer => new($"http://{Client}/");

    /// <summary>Bytes that the wanted blocks have, at most.</summary>
    public long Bytes => (long)Wanted.Count * (Segment?.BlockSize ?? SealedBlockSize);

    /// <summary>Bytes that it takes in memory, about.</summary>
    public int Weight => BaseWeight + (Segment?.BlockHashes.Length ?? 0);

    /// <summary>Whether a block that came for another offer of the segment is the block that this one means. Ciphertext
    /// cannot be checked, so it meets no offer that can.</summary>
    public bool IsMetBy(FetchOffer other, int block) => Segment is not { } segment
        || (other.Segment is { } known
            && known.GetBlockLength(block) == segment.GetBlockLength(block)
            && known.GetBlockHash(block).SequenceEqual(segment.GetBlockHash(block)));

    private int SealedBlockSize => Sealed is null ? 0
        : Sealed.Version == PeerContentVersion.V2 ? Sealed.Length
        : PeerContentSegment.V1BlockSize;
}

/// <summary>
/// Ports that offers may name. A client chooses the port, and the cache posts to it: so nobody shall be able to make it post
/// to the other services of a host, or of the hosts behind one address.
/// </summary>
internal static class FetchPorts
{
    private const int FirstUnprivileged = 1024;

    // SOCKS, SQL Server, Oracle, MQTT, NFS, Docker, etcd, proxies, MySQL, RDP, SIP, PostgreSQL, AMQP, CouchDB, WinRM, Redis,
    // Kubernetes, IRC, Kafka, printers, Elasticsearch, kubelet, memcached, MongoDB.
    private static readonly HashSet<int> Denied =
    [
        1080, 1433, 1434, 1521, 1883, 2049, 2375, 2376, 2377, 2379, 2380, 3128, 3306, 3389, 5060, 5061, 5432, 5671, 5672, 5984,
        5985, 5986, 6379, 6443, 6667, 8883, 9092, 9100, 9200, 9300, 10250, 11211, 27017, 27018, 27019,
    ];

    // VNC and X11 have one port for each display.
    private static readonly (int First, int Last)[] DeniedRanges = [(5900, 5963), (6000, 6063)];

    /// <summary>Whether retrieval may be there: 80, where MS-CCROD puts it, 443, or a port from 1024 on where no well-known
    /// service is.</summary>
    public static bool IsAllowed(int port) =>
        port is 80 or 443
        || (port >= FirstUnprivileged
            && !Denied.Contains(port)
            && !Array.Exists(DeniedRanges, range => port >= range.First && port <= range.Last));
}
