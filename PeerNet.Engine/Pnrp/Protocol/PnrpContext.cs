using PeerNet.Engine.Core;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>What the parts of the machine share: where this node is, what it has registered, whom it knows, and what is to be
/// done.</summary>
/// <param name="suite">The suite of the cloud.</param>
/// <param name="random">Chance.</param>
internal sealed class PnrpContext(SuiteAlgorithms suite, IRandomSource random)
{
    public SuiteAlgorithms Suite { get; } = suite;

    public IRandomSource Random { get; } = random;

    public PnrpOutput Output { get; } = new();

    public PnrpCounters Counters { get; } = new();

    /// <summary>The route cache.</summary>
    public RouteCache Cache { get; } = new();

    /// <summary>The names registered here.</summary>
    public IdRing<Registration> Registrations { get; } = new();

    /// <summary>When the present input came.</summary>
    public Moment Now { get; set; }

    /// <summary>Where this node is.</summary>
    public OwnAddresses Own { get; set; } = new([]);

    /// <summary>What the cloud is doing.</summary>
    public PeerCloudState State { get; set; } = PeerCloudState.Virtual;

    /// <summary>Whether the node publishes and answers, or only resolves.</summary>
    public PeerCloudMode Mode { get; set; }

    public bool IsOpen => State is not (PeerCloudState.Virtual or PeerCloudState.Disabled or PeerCloudState.Dead);

    public bool HasNetwork => !Own.IsEmpty;

    /// <summary>Estimated number of ids in the cloud (MS-PNRP 3.2.6.2.1.1), or null while no name has neighbours.</summary>
    public long? EstimatedSize
    {
        get
        {
            double sum = 0;
            int count = 0;
            for (int i = 0; i < Registrations.Count; i++)
            {
                if (Registrations[i].Leaves.EstimateCloudSize() is { } estimate)
                {
                    sum += estimate;
                    count++;
                }
            }

            return count == 0 ? null : (long)Math.Round(sum / count);
        }
    }

    public void Tell(PnrpNews news) => Output.Tell(news);

    /// <summary>Counts what is dropped.</summary>
    public void Drop(PnrpDropReason reason) => Counters.Drop(reason);

    /// <summary>Whether this node answers as a publisher (MS-PNRP 1.3.3.3); if not, the question is dropped.</summary>
    public bool IsPublisher()
    {
        if (Mode == PeerCloudMode.ResolveOnly)
        {
            Drop(PnrpDropReason.ResolveOnly);
            return false;
        }

        return true;
    }

    /// <summary>The entry of one of the own names; null without any.</summary>
    public RouteEntry? RandomOwnEntry() => Registrations.Count == 0
        ? null
        : Registrations[Random.Next(Registrations.Count)].Entry;

    /// <summary>The entry of an own name.</summary>
    public RouteEntry? OwnEntry(PnrpId id) =>
        Registrations.TryFind(id, out int index) ? Registrations[index].Entry : null;

    /// <summary>Whether an id is, or would be, a neighbour of an own name.</summary>
    public bool FallsIntoLeafSet(PnrpId id)
    {
        for (int i = 0; i < Registrations.Count; i++)
        {
            if (Registrations[i].Leaves.Covers(id))
            {
                return true;
            }
        }

        return false;
    }

    public void ForEachRegistration(Action<Registration> action)
    {
        for (int i = 0; i < Registrations.Count; i++)
        {
            action(Registrations[i]);
        }
    }
}
