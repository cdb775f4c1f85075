using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>A judged credential of a member: what its chain says, for those who ask often.</summary>
internal sealed class GroupCredential
{
    private GroupCredential(MembershipChain chain, IReadOnlyList<PeerName> holders)
    {
        Chain = chain;
        Holders = holders;
        NotBefore = PeerTime.FromUtc(chain.Leaf.NotBefore, TimeSpan.Zero);
        NotAfter = PeerTime.FromUtc(chain.Leaf.NotAfter, TimeSpan.Zero);
    }

    /// <summary>The chain.</summary>
    public MembershipChain Chain { get; }

    /// <summary>Who holds the chain's certificates, the root's left out; the member is the last.</summary>
    public IReadOnlyList<PeerName> Holders { get; }

    /// <summary>The member.</summary>
    public PeerName Member => Holders[^1];

    /// <summary>Who issued it; null for the group's own key.</summary>
    public PeerName? Issuer => Holders.Count > 1 ? Holders[^2] : null;

    /// <summary>The serial number of the member's certificate.</summary>
    public Bits128 SerialNumber => Chain.Leaf.SerialNumber;

    /// <summary>What the member may do.</summary>
    public PeerRole Role => Chain.Leaf.Role ?? PeerRole.Member;

    /// <summary>The member's key.</summary>
    public PeerPublicKey Key => Chain.Leaf.PublicKey;

    /// <summary>When it begins to count, in the graph's time.</summary>
    public PeerTime NotBefore { get; }

    /// <summary>When it ends to count. A chain's certificates lie inside each other, so that this is the earliest end.</summary>
    public PeerTime NotAfter { get; }

    /// <summary>A credential of a chain that counts, or null.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="group">The group.</param>
    /// <param name="verdict">Why not.</param>
    /// <param name="keys">Where keys are looked for first; null for nowhere.</param>
    public static GroupCredential? From(
        MembershipChain chain, PeerName group, out MembershipVerdict verdict, ReadyKeys? keys = null)
    {
        verdict = chain.Judge(group, keys);
        return verdict == MembershipVerdict.Valid
            ? new GroupCredential(chain, [.. chain.Certificates.Skip(1).Select(one => PeerName.Parse(one.SubjectPeerName!))])
            : null;
    }

    /// <summary>Whether it counts at a time, revocations aside.</summary>
    public bool IsValidAt(PeerTime time) => NotBefore <= time && time <= NotAfter;
}
