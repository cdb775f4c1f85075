using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Whom to connect to: present nodes, contacts, and those that others refer to. MS-PPGRH 3.1.1, 3.1.7.13, 3.1.7.14.</summary>
/// <param name="core">What the parts share.</param>
/// <param name="links">The connections.</param>
/// <param name="records">What nodes tell of themselves.</param>
internal sealed class Candidates(GraphCore core, GraphLinks links, InternalRecords records)
{
    private const int RandomTries = 16;

    private readonly ReferralList _referrals = new(GraphOptions.MaximumReferrals);
    private readonly BusyNodes _busy = new();

    /// <summary>Whether a node has said lately that it can have no more neighbors.</summary>
    public bool HasBusy => _busy.Any(core.Elapsed);

    public void MarkTried(GraphEndpoint endpoint) => _referrals.MarkTried(endpoint);

    public void ForgetTries() => _referrals.ForgetTries();

    /// <summary>Somebody that others refer to, and that was not tried.</summary>
    public bool TryTakeUntried(out GraphEndpoint endpoint) => _referrals.TryTakeUntried(core.Random, IsWay, out endpoint);

    /// <summary>A node has as many neighbors as it can have.</summary>
    public void MarkBusy(GraphEndpoint endpoint) => _busy.Add(endpoint, core.Elapsed);

    /// <summary>Others have named nodes.</summary>
    public void Add(IReadOnlyList<GraphEndpoint> endpoints)
    {
        for (int i = 0; i < Math.Min(endpoints.Count, GraphOptions.ReferralsPerMessage); i++)
        {
            if (endpoints[i].IsUsable && !core.IsOwn(endpoints[i]))
            {
                _referrals.Add(endpoints[i]);
            }
        }
    }

    /// <summary>A contact that sees another signature and can be connected to, beginning at random.</summary>
    public KnownNode? FindStray()
    {
        if (records.Signature.Value is null || !core.IsReady || records.Contacts.Known.Count == 0)
        {
            return null;
        }

        int start = core.Random.Next(records.Contacts.Known.Count);
        for (int i = 0; i < records.Contacts.Known.Count; i++)
        {
            KnownNode contact = records.Contacts.Known[(start + i) % records.Contacts.Known.Count];
            if (contact.Signature != records.Signature.Value && IsConnectable(contact))
            {
                return contact;
            }
        }

        return null;
    }

    /// <summary>Somebody to connect to, at random from the present nodes, the contacts and the referrals.</summary>
    public DialTarget? Find()
    {
        int total = records.Presence.Known.Count + records.Contacts.Known.Count + _referrals.Count;
        for (int i = 0; i < RandomTries && total > 0; i++)
        {
            if (CandidateAt(core.Random.Next(total)) is { } target)
            {
                return target;
            }
        }

        // Chance has found none: where only few are left, they are found one by one.
        for (int i = 0; i < Math.Min(total, GraphOptions.MaximumReferrals * 2); i++)
        {
            if (CandidateAt(total - 1 - i) is { } target)
            {
                return target;
            }
        }

        return null;
    }

    private DialTarget? CandidateAt(int index)
    {
        if (index < records.Presence.Known.Count)
        {
            return CandidateOf(records.Presence.Known[index]);
        }

        index -= records.Presence.Known.Count;
        if (index < records.Contacts.Known.Count)
        {
            return CandidateOf(records.Contacts.Known[index]);
        }

        GraphEndpoint referral = _referrals[index - records.Contacts.Known.Count];
        return IsWay(referral) ? new(referral, PeerId: null) : null;
    }

    private DialTarget? CandidateOf(KnownNode node) =>
        IsConnectable(node) ? new(Choose(node.Endpoints), node.PeerId) : null;

    private bool IsConnectable(KnownNode node)
    {
        if (node.NodeId == core.NodeId || links.FindNeighbor(node.NodeId) is not null)
        {
            return false;
        }

        // A link that has not told its node yet may lead to this one.
        return !node.Endpoints.Any(endpoint => links.IsDialled(endpoint) || IsBusy(endpoint)) && node.Endpoints.Any(IsWay);
    }

    /// <summary>Whether an endpoint may lead to another node. One that this node or a neighbor has as well leads there.</summary>
    public bool IsWay(GraphEndpoint endpoint) =>
        endpoint.IsUsable && !core.IsOwn(endpoint) && !links.IsLinked(endpoint) && !IsBusy(endpoint);

    private bool IsBusy(GraphEndpoint endpoint) => _busy.Contains(endpoint, core.Elapsed);

    /// <summary>One of a node's endpoints: mostly the one that shares the longest prefix with an own address, but now and
    /// then any, since the best may not be reachable.</summary>
    public GraphEndpoint Choose(IReadOnlyList<GraphEndpoint> endpoints)
    {
        GraphEndpoint[] usable = [.. endpoints.Where(IsWay)];
        return core.Random.Next(4) == 0
            ? usable[core.Random.Next(usable.Length)]
            : usable.MaxBy(endpoint => core.Endpoints.Length == 0 ? 0 : core.Endpoints.Max(own => CommonPrefix(own, endpoint)));
    }

    private static int CommonPrefix(GraphEndpoint left, GraphEndpoint right) =>
        (left.Address ^ right.Address).LeadingZeroCount();
}
