using System.Net;

namespace PeerNet.Engine.Pnrp;

/// <summary>What a repair does.</summary>
public enum PeerCloudRepairAction
{
    /// <summary>Tests for a split, and merges where there is one (MS-PNRP 3.2.6.2.1).</summary>
    SplitDetection,

    /// <summary>Synchronizes with a given endpoint or the seeds (MS-PNRP 3.1.4.3).</summary>
    Synchronize,

    /// <summary>Empties the route cache; leaf sets of own names stay.</summary>
    FlushCache,
}

/// <summary>What is to be repaired and how.</summary>
/// <param name="Cloud">The cloud's name.</param>
/// <param name="Action">What to do.</param>
/// <param name="HostEndpoint">The node to synchronize with; null for the seeds.</param>
/// <param name="Seeds">Seeds to use instead of the configured ones, as host, host:port or [v6]:port.</param>
/// <param name="Timeout">How long to wait for the others.</param>
public sealed record PeerCloudRepair(
    string Cloud,
    PeerCloudRepairAction Action,
    IPEndPoint? HostEndpoint,
    IReadOnlyList<string> Seeds,
    TimeSpan Timeout);

/// <summary>What a repair has done.</summary>
/// <param name="Cloud">The cloud's name.</param>
/// <param name="Action">What was done.</param>
/// <param name="EntriesBefore">Route cache entries before.</param>
/// <param name="EntriesAfter">Route cache entries after.</param>
/// <param name="SplitSuspected">Whether the cloud looked split.</param>
/// <param name="Detail">What happened, in a sentence.</param>
public sealed record PeerCloudRepairResult(
    string Cloud,
    PeerCloudRepairAction Action,
    int EntriesBefore,
    int EntriesAfter,
    bool SplitSuspected,
    string Detail)
{
    /// <summary>What was done, and to what.</summary>
    public override string ToString() => $"{Action} {Cloud}";
}
