namespace PeerNet.Engine.Distribution.Hosting.Protocol;

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
