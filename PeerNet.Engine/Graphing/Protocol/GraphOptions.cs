namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>
/// The constants of the protocol and the limits of its tables: those of MS-PPGRH where a section is named, and PeerNet's own,
/// where the specification has none. What nobody sets otherwise, tests included, is no option.
/// </summary>
internal sealed record GraphOptions
{
    /// <summary>Neighbors that a node has at most (3.1.1).</summary>
    public const int MaximumNeighbors = 7;

    /// <summary>Referrals that are remembered (3.1.1).</summary>
    public const int MaximumReferrals = 100;

    /// <summary>Referrals that are sent, and taken from one message (3.1.5.2.1, 3.1.7.25).</summary>
    public const int ReferralsPerMessage = 10;

    /// <summary>How long CONNECT may wait for its answer, and an authenticated connection for its CONNECT (3.1.2).</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(60);

    /// <summary>How often the graph is maintained (3.1.2).</summary>
    public static readonly TimeSpan MaintenanceInterval = TimeSpan.FromSeconds(300);

    /// <summary>The same while there is no neighbor (3.1.2).</summary>
    public static readonly TimeSpan IsolatedMaintenanceInterval = TimeSpan.FromSeconds(30);

    /// <summary>How far the times of two nodes may differ and still be averaged (3.1.5.2.2).</summary>
    public static readonly TimeSpan LargestTimeDifference = TimeSpan.FromMinutes(20);

    /// <summary>Lifetime of the graph info record (3.1.7.7).</summary>
    public static readonly TimeSpan GraphInfoLifetime = TimeSpan.FromSeconds(300);

    /// <summary>Lifetime of the signature record (3.1.7.6).</summary>
    public static readonly TimeSpan SignatureLifetime = TimeSpan.FromSeconds(300);

    /// <summary>Lifetime of a contact record (3.1.7.5).</summary>
    public static readonly TimeSpan ContactLifetime = TimeSpan.FromSeconds(900);

    /// <summary>Records of a hash range (3.1.7.31).</summary>
    public const int HashRangeLength = 10;

    /// <summary>How long ACKs are gathered for one message.</summary>
    public static readonly TimeSpan AckDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>ACKs that one message carries; so many are sent at once.</summary>
    public const int AcksPerMessage = 128;

    /// <summary>A node that has passed on so many records within <see cref="BusyTime"/> is busy.</summary>
    public const int BusyRecords = 1000;

    /// <summary>See <see cref="BusyRecords"/>.</summary>
    public static readonly TimeSpan BusyTime = TimeSpan.FromSeconds(1);

    /// <summary>The least that a busy node waits for a neighbor to send what it would send itself.</summary>
    public static readonly TimeSpan LeastHold = TimeSpan.FromMilliseconds(20);

    /// <summary>The most that it waits.</summary>
    public static readonly TimeSpan MostHold = TimeSpan.FromSeconds(1);

    /// <summary>It waits as many milliseconds more as this leaves of its id: of several that wait for the same neighbor, one is the
    /// first.</summary>
    public const int HoldSpread = 40;

    /// <summary>Bytes of the FLOODs that wait so for one neighbor.</summary>
    public const long MaximumHeldBytes = 2 << 20;

    /// <summary>How long a connection is spared by maintenance, because its utility says nothing yet.</summary>
    public static readonly TimeSpan ProbationTime = TimeSpan.FromSeconds(60);

    /// <summary>After how long without a message to a neighbor it gets a ping (2.2.4.1), so that it knows that this node is
    /// there.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(60);

    /// <summary>How long a neighbor may say nothing while it owes an acknowledgement or an answer. TCP alone would notice
    /// after many minutes that it is not there any more.</summary>
    public static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(90);

    /// <summary>A jump of the wall clock larger than this is taken for a change of the clock, not for time that has
    /// passed.</summary>
    public static readonly TimeSpan ClockJump = TimeSpan.FromMinutes(1);

    /// <summary>Direct connections.</summary>
    public const int MaximumDirectConnections = 256;

    /// <summary>Bytes of all of them.</summary>
    public const long MaximumDeferredBytes = 64 << 20;

    /// <summary>Bytes of all of them.</summary>
    public const long RecentBytes = 8 << 20;

    /// <summary>Present nodes, and contacts, that are kept in memory. The records of more are stored all the same.</summary>
    public const int MaximumKnownNodes = 100_000;

    /// <summary>Neighbors below which another one is looked for at once (3.1.1).</summary>
    public int MinimumNeighbors { get; init; } = 2;

    /// <summary>Neighbors that maintenance converges on (3.1.1).</summary>
    public int IdealNeighbors { get; init; } = 3;

    /// <summary>How long the owner may take to open a stream, before authentication. The authentication timer alone would
    /// let an attempt towards a host that does not answer stand for minutes.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a node that lacks neighbors waits after a failed attempt; twice as long after each further one,
    /// up to <see cref="IsolatedMaintenanceInterval"/>.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Connections in any state.</summary>
    public int MaximumConnections { get; init; } = 512;

    /// <summary>Incoming connections whose other side has not said CONNECT yet.</summary>
    public int MaximumPendingConnections { get; init; } = 128;

    /// <summary>Those of them that come from one source: an address, or an IPv6 /64.</summary>
    public int MaximumPendingPerSource { get; init; } = 32;

    /// <summary>The same, while half of <see cref="MaximumPendingConnections"/> are there.</summary>
    public int CrowdedPendingPerSource { get; init; } = 4;

    /// <summary>Bytes that may wait to be sent on one connection. One that lets more wait, and then is to get yet another
    /// message, is closed. A single message that is larger may wait besides: what waits is never more than this, that one
    /// and one more.</summary>
    public long MaximumQueuedBytes { get; init; } = 16 << 20;

    /// <summary>While more bytes than this wait on a connection, synchronization adds none.</summary>
    public int SynchronizationWindow { get; init; } = 512 << 10;

    /// <summary>While more bytes than this wait for a neighbor, whoever publishes waits too.</summary>
    public int PublishingWindow { get; init; } = 2 << 20;

    /// <summary>For how long: a neighbor that has not come back below <see cref="PublishingWindow"/> by then is left to fall
    /// behind, so that it holds nobody up for longer.</summary>
    public TimeSpan PublishingPatience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Bytes of a SOLICIT_HASH, ADVERTISE or REQUEST. Of a database whose hashes do not fit, the ranges are
    /// longer; what does not fit into an ADVERTISE waits for the next round.</summary>
    public int MaximumListLength { get; init; } = 16 << 20;

    /// <summary>Keys that are read from the store at a time; between two pages other work goes on.</summary>
    public int PageLength { get; init; } = 4096;

    /// <summary>SOLICIT messages that a neighbor may send at once; one more is granted each second.</summary>
    public int SolicitBurst { get; init; } = 300;

    /// <summary>Records that wait to be validated again; the oldest make room.</summary>
    public int MaximumDeferred { get; init; } = 1000;

    /// <summary>Records passed on lately, whose duplicates are recognized without a look into the store.</summary>
    public int RecentRecords { get; init; } = 4096;

    /// <summary>Checks the whole and names everything that is wrong.</summary>
    /// <returns>One sentence for each error; none where the options are sound.</returns>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [];
        Range(MinimumNeighbors, 1, 100, nameof(MinimumNeighbors));
        Range(IdealNeighbors, MinimumNeighbors, MaximumNeighbors, nameof(IdealNeighbors));
        Range(MaximumConnections, MaximumNeighbors, 100_000, nameof(MaximumConnections));
        Range(MaximumPendingConnections, 1, 100_000, nameof(MaximumPendingConnections));
        Range(MaximumPendingPerSource, 1, 100_000, nameof(MaximumPendingPerSource));
        Range(CrowdedPendingPerSource, 1, MaximumPendingPerSource, nameof(CrowdedPendingPerSource));
        Range(MaximumQueuedBytes, 1 << 16, 1L << 40, nameof(MaximumQueuedBytes));
        Range(SynchronizationWindow, 1 << 10, MaximumQueuedBytes, nameof(SynchronizationWindow));
        Range(PublishingWindow, SynchronizationWindow, MaximumQueuedBytes, nameof(PublishingWindow));
        Range(MaximumListLength, 1 << 12, 1 << 28, nameof(MaximumListLength));
        Range(PageLength, 16, 1 << 20, nameof(PageLength));
        Range(SolicitBurst, 1, 1 << 20, nameof(SolicitBurst));
        Range(MaximumDeferred, 0, 1 << 20, nameof(MaximumDeferred));
        Range(RecentRecords, 0, 1 << 20, nameof(RecentRecords));
        Positive(OpenTimeout, nameof(OpenTimeout));
        Positive(PublishingPatience, nameof(PublishingPatience));
        Positive(RetryInterval, nameof(RetryInterval));
        return errors;

        void Positive(TimeSpan value, string name)
        {
            if (value <= TimeSpan.Zero)
            {
                errors.Add($"{name} must be longer than nothing.");
            }
        }

        void Range(long value, long minimum, long maximum, string name)
        {
            if (value < minimum || value > maximum)
            {
                errors.Add($"{name} must be from {minimum} to {maximum}.");
            }
        }
    }
}
