namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>
/// The constants of the protocol and the limits of its tables. Those of the first part are MS-PNRP's own; the
/// limits are PeerNet's, where the specification only says "if it cannot be added".
/// </summary>
internal static class PnrpLimits
{
    /// <summary>How long an unanswered message waits before it is sent again, or given up (3.1.2).</summary>
    public static readonly TimeSpan RetransmissionInterval = TimeSpan.FromSeconds(1);

    /// <summary>The Retry Count of a sent message: 2 means one resend (3.1.6.3).</summary>
    public const int RetryCount = 2;

    /// <summary>How often the cache is looked after (3.1.2).</summary>
    public static readonly TimeSpan MaintenanceInterval = TimeSpan.FromSeconds(15);

    /// <summary>The same while the cache holds <see cref="SparseCacheCount"/> entries or fewer (note 1).</summary>
    public static readonly TimeSpan SparseMaintenanceInterval = TimeSpan.FromSeconds(10);

    /// <summary>Up to how many entries a cache is called sparse (note 1).</summary>
    public const int SparseCacheCount = 2;

    /// <summary>How long a synchronization conversation waits for its REQUEST (3.2.2).</summary>
    public static readonly TimeSpan ConversationTimeout = TimeSpan.FromSeconds(15);

    /// <summary>How long a closed cloud keeps its cache (3.1.2).</summary>
    public static readonly TimeSpan CleanUpDelay = TimeSpan.FromMinutes(15);

    /// <summary>Leaf-set entries on each side of a registered id (3.2.1).</summary>
    public const int LeafSetSide = 5;

    /// <summary>Ids offered in an ADVERTISE (3.2.5.3).</summary>
    public const int AdvertisedIds = 5;

    /// <summary>Below this many cache entries a LOOKUP carries the A flag (3.1.4.4.2).</summary>
    public const int AcceptAnyBelow = 8;

    /// <summary>How often one next hop is asked in one resolve (3.1.5.6.1).</summary>
    public const int MaximumUseCount = 3;

    /// <summary>A resolve ends when more hops than this found the target missing from their leaf set (3.1.4.4.2).</summary>
    public const int MaximumSuspicious = 6;

    /// <summary>A resolve ends when more hops than this have answered (3.1.4.4.2).</summary>
    public const int MaximumUsefulHops = 22;

    /// <summary>Local endpoints of a cloud (3.1.4.1).</summary>
    public const int MaximumLocalEndpoints = 4;

    /// <summary>How long one way of discovery is waited for before the next is tried.</summary>
    public static readonly TimeSpan DiscoveryStepTimeout = TimeSpan.FromSeconds(3);

    /// <summary>A silence of the caller longer than this is taken for a suspended machine.</summary>
    public static readonly TimeSpan SuspendThreshold = TimeSpan.FromMinutes(1);

    /// <summary>How often each registered id is announced again, to mend what loss has torn.</summary>
    public static readonly TimeSpan RefreshInterval = TimeSpan.FromMinutes(5);

    /// <summary>Entries asked for a sign of life in each maintenance period.</summary>
    public const int LivenessChecks = 3;

    /// <summary>Gaps of the cache looked into in each maintenance period.</summary>
    public const int GapLookups = 2;

    /// <summary>Tests for a split that the whole cloud makes in one maintenance period (3.2.6.2.1).</summary>
    public const double SplitTestsPerPeriod = 1;

    /// <summary>Registered ids around which the cache is denser; the leaf sets of all are kept whatever this is.</summary>
    public const int MaximumCentres = 8;

    /// <summary>Applications' resolves in progress.</summary>
    public const int MaximumResolves = 1024;

    /// <summary>Registrations announced at the same time.</summary>
    public const int MaximumAnnouncements = 8;

    /// <summary>Route entries whose INQUIRE is not answered yet.</summary>
    public const int MaximumPendingRouteEntries = 128;

    /// <summary>Messages waiting for an answer.</summary>
    public const int MaximumPending = 4096;

    /// <summary>Half-open synchronization conversations.</summary>
    public const int MaximumConversations = 256;

    /// <summary>AUTHORITY_BUFFERs being put together.</summary>
    public const int MaximumReassemblies = 64;

    /// <summary>Bytes of all AUTHORITY_BUFFERs being put together.</summary>
    public const int MaximumReassemblyBytes = 1 << 20;

    /// <summary>
    /// Signed answers a second, from all who ask. A signature costs time, and its answer is far longer than the question.
    /// </summary>
    public const int SignedAnswersPerSecond = 200;

    /// <summary>Signed answers at once after a quiet time.</summary>
    public const int SignedAnswerBurst = 1000;

    /// <summary>Addresses that have a share of the signed answers in one second of many questions.</summary>
    public const int MaximumAskers = 1024;
}
