using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Simulation.Graphs;

namespace PeerNet.Engine.Tests.Simulation.Groups;

/// <summary>A member on a simulated node: does for the group what a node does while it is open there.</summary>
internal sealed class SimulatedMember(SimulatedGraph graph, SimulatedGraphNode node, GroupSecurity security)
{
    private readonly GroupUpkeep _upkeep = new(security);
    private readonly HashSet<Bits128> _published = [];
    private bool _isAwake;

    public SimulatedGraphNode Node => node;

    public GroupSecurity Security => security;

    public PeerName Name => security.Self;

    /// <summary>Whether it is one, as far as it knows itself.</summary>
    public bool Counts => security.Own is not null;

    /// <summary>Whether it lets in the member at the other end of a connection.</summary>
    public bool Admits(SimulatedMember other)
    {
        GroupConnectCredentials shown = other.Security.Admission.GetCredentials();
        return security.Admission.JudgeMember(shown.IsExpired ? null : shown.Chain, other.Security.Identity) is null;
    }

    public void Kept(GraphRecord record) => WakeWhere(_upkeep.Kept(record));

    public void Expired(RecordKey key) => WakeWhere(_upkeep.Expired(key));

    public void WakeWhere(bool hasSomethingToDo)
    {
        if (hasSomethingToDo && !_isAwake)
        {
            _isAwake = true;
            node.After(TimeSpan.Zero, Tend);
        }
    }

    /// <summary>Gives a member another role, as an administrator does.</summary>
    /// <exception cref="PeerException">This member may not do that.</exception>
    public void ChangeRole(PeerName member, PeerRole role)
    {
        GroupCredential known = Find(member);
        MembershipChain chain = security.Issue(known.Chain.Leaf, role, validFrom: null, validTo: null);
        security.Learn(chain, out _);
        Publish(GroupMemberships.Make(security, chain, current: null, security.PeerTime(), graph.Random));
        if (role < known.Role)
        {
            Revoke(known, chain.Leaf);
        }
    }

    /// <summary>Takes a member's credential away.</summary>
    /// <exception cref="PeerException">This member may not do that.</exception>
    public void Revoke(PeerName member) => Revoke(Find(member));

    public void Publish(GraphRecord record) => node.Do(machine => machine.Publish(node.Now, record));

    /// <summary>The members as this one sees them: what they may do, or why they are none.</summary>
    public Dictionary<PeerName, string> List() => security.Ask(
        (members, now) => members.Members.ToDictionary(member => member, member => Describe(members, member, now)), []);

    private static string Describe(MemberList members, PeerName member, PeerTime now) =>
        members.Current(member, now) is { } current ? $"{current.Role}"
        : members.RevocationOf(member, now) is not null ? "revoked"
        : "expired";

    private void Revoke(GroupCredential known, params PeerCertificate[] successors) => Publish(
        GroupRevocations.Make(security, known, "", successors, security.PeerTime(), graph.Random));

    private GroupCredential Find(PeerName member) => security.Ask(
        (members, now) => members.Current(member, now) ?? members.Find(member).MaxBy(one => one.NotAfter), null)
        ?? throw PeerErrors.NotFound.Exception("The member is not known here.");

    // As GroupRoom does.
    private void Tend()
    {
        _isAwake = false;
        if (_upkeep.TakeNewRecords())
        {
            node.Do(machine => machine.Revalidate(node.Now));
        }

        if (_upkeep.TakeNewRevocations())
        {
            node.Do(Enforce);
        }

        if (node.Machine.IsReady)
        {
            PublishOwn();
        }
    }

    private void Enforce(GraphMachine machine)
    {
        string[] peers = [.. machine.ListConnections().Select(one => one.PeerId).OfType<string>().Distinct()];
        foreach (string peer in peers.Where(_upkeep.IsRevoked))
        {
            machine.Expel(graph.Now, peer);
        }

        machine.Purge(graph.Now, default, security.IsFallen);
    }

    private void PublishOwn()
    {
        GroupCredential[] credentials = security.Ask(
            (members, now) => security.Own is null ? [] : members.Find(Name).Where(one => one.IsValidAt(now)).ToArray(), []);
        foreach (GroupCredential credential in credentials.Where(one => _published.Add(one.SerialNumber)))
        {
            Publish(GroupMemberships.Make(security, credential.Chain, current: null, security.PeerTime(), graph.Random));
        }
    }
}
