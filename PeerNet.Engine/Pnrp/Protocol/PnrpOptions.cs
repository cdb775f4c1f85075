namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>
/// The constants of the protocol and the limits of its tables. The defaults of the first part are MS-PNRP's own; the
/// limits are PeerNet's, where the specification only says "if it cannot be added".
/// </summary>
internal sealed record PnrpOptions
{
    /// <summary>How long an unanswered message waits before it is sent again, or given up (3.1.2).</summary>
    public TimeSpan RetransmissionInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The Retry Count of a sent message: 2 means one resend (3.1.6.3).</summary>
    public int RetryCount { get; init; } = 2;

    /// <summary>How often the cache is looked after (3.1.2).</summary>
    public TimeSpan MaintenanceInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The same while the cache holds <see cref="SparseCacheCount"/> entries or fewer (note 1).</summary>
    public TimeSpan SparseMaintenanceInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Up to how many entries a cache is called sparse (note 1).</summary>
    public int SparseCacheCount { get; init; } = 2;

    /// <summary>How long a synchronization conversation waits for its REQUEST (3.2.2).</summary>
    public TimeSpan ConversationTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a closed cloud keeps its cache (3.1.2).</summary>
    public TimeSpan CleanUpDelay { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Leaf-set entries on each side of a registered id (3.2.1).</summary>
    public int LeafSetSide { get; init; } = 5;

    /// <summary>Ids offered in an ADVERTISE (3.2.5.3).</summary>
    public int AdvertisedIds { get; init; } = 5;

    /// <summary>Below this many cache entries a LOOKUP carries the A flag (3.1.4.4.2).</summary>
    public int AcceptAnyBelow { get; init; } = 8;

    /// <summary>How often one next hop is asked in one resolve (3.1.5.6.1).</summary>
    public int MaximumUseCount { get; init; } = 3;

    /// <summary>A resolve ends when more hops than this found the target missing from their leaf set (3.1.4.4.2).</summary>
    public int MaximumSuspicious { get; init; } = 6;

    /// <summary>A resolve ends when more hops than this have answered (3.1.4.4.2).</summary>
    public int MaximumUsefulHops { get; init; } = 22;

    /// <summary>Local endpoints of a cloud (3.1.4.1).</summary>
    public int MaximumLocalEndpoints { get; init; } = 4;

    /// <summary>Whether the node starts as one that only resolves (1.3.3.3).</summary>
    public PeerCloudMode Mode { get; init; }

    /// <summary>How long one way of discovery is waited for before the next is tried.</summary>
    public TimeSpan DiscoveryStepTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>A silence of the caller longer than this is taken for a suspended machine.</summary>
    public TimeSpan SuspendThreshold { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often each registered id is announced again, to mend what loss has torn.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Entries asked for a sign of life in each maintenance period.</summary>
    public int LivenessChecks { get; init; } = 3;

    /// <summary>Gaps of the cache looked into in each maintenance period.</summary>
    public int GapLookups { get; init; } = 2;

    /// <summary>Tests for a split that the whole cloud makes in one maintenance period (3.2.6.2.1).</summary>
    public double SplitTestsPerPeriod { get; init; } = 1;

    /// <summary>Registered ids around which the cache is denser; the leaf sets of all are kept whatever this is.</summary>
    public int MaximumCentres { get; init; } = 8;

    /// <summary>Applications' resolves in progress.</summary>
    public int MaximumResolves { get; init; } = 1024;

    /// <summary>Registrations announced at the same time.</summary>
    public int MaximumAnnouncements { get; init; } = 8;

    /// <summary>Route entries whose INQUIRE is not answered yet.</summary>
    public int MaximumPendingRouteEntries { get; init; } = 128;

    /// <summary>Messages waiting for an answer.</summary>
    public int MaximumPending { get; init; } = 4096;

    /// <summary>Half-open synchronization conversations.</summary>
    public int MaximumConversations { get; init; } = 256;

    /// <summary>AUTHORITY_BUFFERs being put together.</summary>
    public int MaximumReassemblies { get; init; } = 64;

    /// <summary>Bytes of all AUTHORITY_BUFFERs being put together.</summary>
    public int MaximumReassemblyBytes { get; init; } = 1 << 20;

    /// <summary>
    /// Signed answers a second, from all who ask. A signature costs time, and its answer is far longer than the question.
    /// </summary>
    public int SignedAnswersPerSecond { get; init; } = 200;

    /// <summary>Signed answers at once after a quiet time.</summary>
    public int SignedAnswerBurst { get; init; } = 1000;

    /// <summary>Addresses that have a share of the signed answers in one second of many questions.</summary>
    public int MaximumAskers { get; init; } = 1024;

    /// <summary>Checks the whole and names everything that is wrong.</summary>
    /// <returns>One sentence for each error; none where the options are sound.</returns>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [];
        Positive(RetransmissionInterval, nameof(RetransmissionInterval));
        Positive(MaintenanceInterval, nameof(MaintenanceInterval));
        Positive(SparseMaintenanceInterval, nameof(SparseMaintenanceInterval));
        Positive(ConversationTimeout, nameof(ConversationTimeout));
        Positive(CleanUpDelay, nameof(CleanUpDelay));
        Positive(DiscoveryStepTimeout, nameof(DiscoveryStepTimeout));
        Positive(RefreshInterval, nameof(RefreshInterval));
        Range(RetryCount, 1, 10, nameof(RetryCount));
        Range(SparseCacheCount, 0, 1000, nameof(SparseCacheCount));
        Range(LeafSetSide, 1, 16, nameof(LeafSetSide));
        Range(AdvertisedIds, 1, 20, nameof(AdvertisedIds));
        Range(AcceptAnyBelow, 0, 1000, nameof(AcceptAnyBelow));
        Range(MaximumUseCount, 1, 10, nameof(MaximumUseCount));
        Range(MaximumSuspicious, 0, 22, nameof(MaximumSuspicious));
        Range(MaximumUsefulHops, 1, 22, nameof(MaximumUsefulHops));
        Range(MaximumLocalEndpoints, 1, RouteEntry.MaximumAddresses, nameof(MaximumLocalEndpoints));
        Range(LivenessChecks, 0, 100, nameof(LivenessChecks));
        Range(GapLookups, 0, 100, nameof(GapLookups));
        Range(MaximumCentres, 1, 64, nameof(MaximumCentres));
        Range(MaximumResolves, 1, 1 << 20, nameof(MaximumResolves));
        Range(MaximumAnnouncements, 1, 1024, nameof(MaximumAnnouncements));
        Range(MaximumPendingRouteEntries, 1, 1 << 16, nameof(MaximumPendingRouteEntries));
        Range(MaximumPending, 16, 1 << 20, nameof(MaximumPending));
        Range(MaximumConversations, 1, 1 << 16, nameof(MaximumConversations));
        Range(MaximumReassemblies, 1, 1 << 16, nameof(MaximumReassemblies));
        Range(MaximumReassemblyBytes, 37_348, 1 << 28, nameof(MaximumReassemblyBytes));
        Range(SignedAnswersPerSecond, 1, 1 << 20, nameof(SignedAnswersPerSecond));
        Range(SignedAnswerBurst, 1, 1 << 20, nameof(SignedAnswerBurst));
        Range(MaximumAskers, 1, 1 << 20, nameof(MaximumAskers));
        if (SuspendThreshold <= MaintenanceInterval)
        {
            errors.Add($"{nameof(SuspendThreshold)} must be longer than {nameof(MaintenanceInterval)}.");
        }

        if (!(SplitTestsPerPeriod is >= 0 and <= 100))
        {
            errors.Add($"{nameof(SplitTestsPerPeriod)} must be from 0 to 100.");
        }

        if (!Enum.IsDefined(Mode))
        {
            errors.Add($"{nameof(Mode)} is none of the modes.");
        }

        return errors;

        void Positive(TimeSpan value, string name)
        {
            if (value <= TimeSpan.Zero)
            {
                errors.Add($"{name} must be longer than nothing.");
            }
        }

        void Range(int value, int minimum, int maximum, string name)
        {
            if (value < minimum || value > maximum)
            {
                errors.Add($"{name} must be from {minimum} to {maximum}.");
            }
        }
    }
}
