using PeerNet.Engine.Distribution;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Node;
using PeerNet.Engine.Pnrp;
using PeerNet.PowerShell.Hosting;
using PeerNet.PowerShell.Remoting;

namespace PeerNet.PowerShell.Fleet;

/// <summary>Asks a node how it is. What has not started is not started for it.</summary>
internal static class FleetProbe
{
    private const string DownloadCounters = "Download";

    /// <summary>What is said of a machine where no node runs.</summary>
    public static PeerFleetNode Absent => new()
    {
        Machine = Environment.MachineName,
        Node = NodeRegistry.DefaultName,
        State = nameof(PeerNodeState.Stopped),
        Version = CallRequest.ModuleVersion,
        Taken = DateTimeOffset.Now,
    };

    public static async Task<PeerFleetNode> TakeAsync(NodeHost node, CancellationToken cancellationToken)
    {
        PeerNodeStatus status = node.GetStatus();
        PeerFleetNode row = Absent with
        {
            Node = status.Name,
            State = status.State.ToString(),
            StorePath = status.StorePath,
            Started = status.Started,
            Errors = status.LastError is { } error ? [error] : [],
        };
        PeerNode engine = node.Engine;
        if (status.Components.Contains("Pnrp"))
        {
            row = AddNames(
                row,
                await engine.Pnrp.GetCloudsAsync(includeCache: false, cancellationToken).ConfigureAwait(false),
                await engine.Pnrp.GetRegistrationsAsync(cancellationToken).ConfigureAwait(false));
        }

        if (status.Components.Contains("Graph") || status.Components.Contains("Group"))
        {
            row = await AddGraphsAsync(row, engine, cancellationToken).ConfigureAwait(false);
        }

        return status.Components.Contains("Distribution")
            ? await AddContentAsync(row, engine.Distribution, cancellationToken).ConfigureAwait(false)
            : row;
    }

    private static PeerFleetNode AddNames(
        PeerFleetNode row, IReadOnlyList<PeerCloud> clouds, IReadOnlyList<PeerNameRegistration> registrations) => row with
        {
            Clouds =
            [
                .. clouds.Where(cloud => cloud.State is PeerCloudState.Active or PeerCloudState.Alone or PeerCloudState.Synchronizing)
                    .Select(cloud => cloud.Name),
            ],
            Names = [.. registrations.Select(registration => registration.Name.Value).Distinct()],
            Errors =
            [
                .. row.Errors,
                .. clouds.Where(cloud => cloud.State == PeerCloudState.Dead).Select(cloud => $"The cloud {cloud.Name} has failed."),
                .. clouds.Any(cloud => cloud.ClockDoubts > 0) ? ["Answers of other nodes do not fit its clock."] : Array.Empty<string>(),
            ],
        };

    private static async Task<PeerFleetNode> AddGraphsAsync(PeerFleetNode row, PeerNode engine, CancellationToken cancellationToken)
    {
        IReadOnlyList<PeerGraph> graphs = await engine.Graphs.ListAsync(includeClosed: false, cancellationToken).ConfigureAwait(false);
        PeerGroup[] groups =
        [
            .. (await engine.Groups.ListAsync(cancellationToken).ConfigureAwait(false)).Where(group => group.IsOpen),
        ];
        TimeSpan[] offsets =
        [
            .. graphs.Where(graph => graph.Neighbors > 0).Select(graph => graph.PeerTimeDelta),
            .. groups.Where(group => group.Neighbors > 0).Select(group => group.PeerTimeDelta),
        ];
        return row with
        {
            Graphs = [.. graphs.Select(Describe), .. groups.Select(Describe)],
            ClockOffset = offsets.Length > 0 ? offsets.MaxBy(offset => offset.Duration()) : null,
        };
    }

    private static PeerFleetGraph Describe(PeerGraph graph) => new()
    {
        Id = graph.Id,
        Name = graph.Properties?.FriendlyName is { Length: > 0 } name ? name : graph.Id,
        Neighbors = graph.Neighbors,
        Records = graph.Records,
        DeferredRecords = graph.DeferredRecords,
        IsSynchronized = graph.Status.HasFlag(PeerGraphStatus.Synchronized),
    };

    private static PeerFleetGraph Describe(PeerGroup group) => new()
    {
        Id = group.PeerName,
        Name = group.FriendlyName,
        Neighbors = group.Neighbors,
        Records = group.Records,
        IsSynchronized = group.Status.HasFlag(PeerGraphStatus.Synchronized),
    };

    private static async Task<PeerFleetNode> AddContentAsync(
        PeerFleetNode row, IDistributionService distribution, CancellationToken cancellationToken)
    {
        PeerDistributionStatus status = await distribution.GetStatusAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<PeerCache> caches = await distribution
            .GetCachesAsync(Base.CacheSelection.GetTypes(PeerCacheType.All), selection: null, cancellationToken).ConfigureAwait(false);
        return row with
        {
            CacheSize = caches.Sum(cache => cache.CurrentSize),
            CacheMaxSize = caches.Sum(cache => cache.MaxSize),
            BytesFromCache = Count("BytesFromCache"),
            BytesFromPeers = Count("BytesFromPeers"),
            BytesFromHostedCache = Count("BytesFromHostedCache"),
            BytesFromSource = Count("BytesFromSource"),
            BytesServed = status.Statistics.GetValueOrDefault("RetrievalBytesServed"),
            Errors =
            [
                .. row.Errors,
                .. status is { Status: PeerDistributionState.Unavailable, Reason: { } reason } ? [reason] : Array.Empty<string>(),
            ],
        };

        long Count(string counter) => status.Statistics.GetValueOrDefault(DownloadCounters + counter);
    }
}
