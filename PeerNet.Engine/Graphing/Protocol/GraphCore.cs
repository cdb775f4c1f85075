using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>What the parts of the machine share: who this node is, its clock, its database, its neighbors, and what is to be
/// done.</summary>
internal sealed class GraphCore(GraphSettings settings, GraphOptions options, IRecordStore store, IRandomSource random)
{
    public GraphSettings Settings => settings;

    public GraphOptions Options => options;

    public JudgedRecords Store { get; } = new(store);

    public IRandomSource Random => random;

    public GraphOutput Output { get; } = new();

    public GraphCounters Counters { get; } = new();

    public PeerClock Clock { get; } = new();

    /// <summary>This node's id. 0 says "not known" here, and is no less random than others.</summary>
    public ulong NodeId { get; } = Math.Max(1, random.NextUInt64());

    /// <summary>The neighbors, the oldest first.</summary>
    public List<GraphLink> Neighbors { get; } = [];

    /// <summary>Where others connect to this node; none where they cannot.</summary>
    public GraphEndpoint[] Endpoints { get; set; } = [];

    /// <summary>The graph's properties; null before they are known.</summary>
    public GraphProperties? Properties { get; set; }

    /// <summary>Whether this node takes part.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Whether there is a database that others can be served from.</summary>
    public bool IsReady { get; set; }

    /// <summary>Whether it was synchronized since it was opened, or created here.</summary>
    public bool HasSynchronized { get; set; }

    /// <summary>Up to which peer time there was a neighbor; null if there has never been one.</summary>
    public PeerTime? LastConnected { get; set; }

    /// <summary>Types that are synchronized before the others.</summary>
    public IReadOnlyList<Guid> PrioritizedTypes { get; } =
    [
        .. settings.PrioritizedTypes.Distinct()
            .Where(type => type != RecordTypes.GraphInfo && type != RecordTypes.Presence),
    ];

    /// <summary>Whether something has happened after which the graph has to be maintained.</summary>
    public bool IsMaintenanceWanted { get; set; }

    public TimeSpan Elapsed => Clock.Elapsed;

    public PeerTime PeerNow => Clock.PeerNow;

    public uint MaximumRecordSize => Properties?.MaximumRecordSize ?? 0;

    /// <summary>Whether an endpoint leads to this node.</summary>
    public bool IsOwn(GraphEndpoint endpoint) => Endpoints.AsSpan().Contains(endpoint);

    /// <summary>For what may be published only once there is a database that others can be served from.</summary>
    /// <exception cref="PeerException">GraphNotReady.</exception>
    public void RequireReady()
    {
        if (!IsReady)
        {
            throw PeerErrors.GraphNotReady.Exception(
                $"The graph '{settings.GraphId}' is not synchronized yet: connect to one of its nodes first.", settings.GraphId);
        }
    }

    public void Count(GraphDropReason reason) => Counters.Drop(reason);

    /// <summary>Tells of a failure that no caller waits for.</summary>
    public void Tell(PeerException failure) => Output.Do(new GraphDeed.Failed(failure));

    /// <summary>A record that nobody waits for; null where there is none, or where the store fails.</summary>
    public GraphRecord? Find(Guid id)
    {
        try
        {
            return store.Find(id);
        }
        catch (PeerException failure)
        {
            Tell(failure);
            return null;
        }
    }
}
