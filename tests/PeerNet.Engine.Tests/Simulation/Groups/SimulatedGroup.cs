using System.Globalization;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Simulation.Graphs;

namespace PeerNet.Engine.Tests.Simulation.Groups;

/// <summary>
/// A group whose members are on simulated nodes, each of which knows and judges for itself. In place of TLS the members show
/// each other their credentials when a connection is made, and hang up where one does not count.
/// </summary>
internal sealed class SimulatedGroup : IDisposable
{
    private readonly GroupSeed _group;
    private readonly Dictionary<SimulatedGraphNode, SimulatedMember> _members = [];
    private int _named;

    public SimulatedGroup(ulong seed)
    {
        _group = new(seed, SimulatedGraph.Start);
        Graph = new(seed)
        {
            Id = _group.Name.Value,
            PrioritizedTypes = GroupRecordTypes.First,
            Admits = (node, other) => _members[node].Admits(_members[other]),
            RecordSeen = (node, record) => Find(node)?.Kept(record),
            RecordExpired = (node, key) => Find(node)?.Expired(key),
        };
        Creator = Enter(_group.Creator, provider => Graph.Create(
            _ => GroupGraphInfo.Of(_group.Properties)!, provider, _group.Creator.Self.Value));
        Creator.Publish(DescribeProperties());
    }

    public SimulatedGraph Graph { get; }

    /// <summary>What the group is made of.</summary>
    public GroupSeed Seed => _group;

    public SimulatedMember Creator { get; }

    public IEnumerable<SimulatedMember> Members => Graph.Living.Select(node => _members[node]);

    /// <summary>A member that comes to one that is there.</summary>
    public SimulatedMember Join(PeerRole role = PeerRole.Member, SimulatedMember? by = null)
    {
        GroupSecurity security = _group.Enroll(
            string.Create(CultureInfo.InvariantCulture, $"member{_named++}"), role, by?.Security);
        return Enter(security, provider => Graph.Join(provider: provider, peerId: security.Self.Value));
    }

    public void Dispose() => _group.Dispose();

    private SimulatedMember Enter(GroupSecurity security, Func<GroupSecurityProvider, SimulatedGraphNode> start)
    {
        // While the node starts, nothing happens that its member has to know of.
        security.PeerTime = () => PeerTime.FromUtc(Graph.Now.Utc, TimeSpan.Zero);
        SimulatedGraphNode node = start(new GroupSecurityProvider(security));
        security.PeerTime = () => PeerTime.FromUtc(Graph.Now.Utc, node.Machine.PeerTimeDelta);
        var member = new SimulatedMember(Graph, node, security);
        _members.Add(node, member);
        member.WakeWhere(true);
        return member;
    }

    private SimulatedMember? Find(SimulatedGraphNode node) => _members.GetValueOrDefault(node);

    private GraphRecord DescribeProperties()
    {
        string group = _group.Name.Value;
        PeerTime now = Creator.Security.PeerTime();
        GraphRecord record = GroupRecords.Create(
            group,
            GroupRecordTypes.SecurityProperties,
            group,
            _group.Properties.Encode(),
            now,
            PeerTime.FromUtc(_group.Root.NotAfter, TimeSpan.Zero),
            Graph.Random);
        return GroupRecords.Secure(record, content => Creator.Security.SignProperties(content, _group.Key));
    }
}
