using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>The judged credentials of a group's members (MS-PPSEC 3.1.1, Member List) and the revocations.</summary>
/// <param name="creator">Who made the group.</param>
internal sealed class MemberList(PeerName creator)
{
    /// <summary>Most credentials that are kept of one member.</summary>
    /// <remarks>Of the issuer who has issued most of them, the one that ends first makes room: whoever issues without end
    /// displaces nothing but his own.</remarks>
    public const int MaximumCredentials = 16;

    private readonly Dictionary<PeerName, List<GroupCredential>> _members = [];

    /// <summary>The revocations.</summary>
    public RevocationList Revocations { get; } = new(creator);

    /// <summary>How many members have a credential, whether it counts or not.</summary>
    public int Count => _members.Count;

    /// <summary>All members that have a credential.</summary>
    public IEnumerable<PeerName> Members => _members.Keys;

    /// <summary>Adds a credential.</summary>
    /// <returns>False where it is known already.</returns>
    public bool Add(GroupCredential credential)
    {
        if (!_members.TryGetValue(credential.Member, out List<GroupCredential>? list))
        {
            _members.Add(credential.Member, list = []);
        }

        if (list.Exists(known => known.SerialNumber == credential.SerialNumber))
        {
            return false;
        }

        list.Add(credential);
        if (list.Count > MaximumCredentials)
        {
            list.Remove(list.GroupBy(one => one.Issuer).MaxBy(group => group.Count())!.MinBy(one => one.NotAfter)!);
        }

        return true;
    }

    /// <summary>The credential of a member with a serial number; null where it is not known.</summary>
    public GroupCredential? Find(PeerName member, Bits128 serialNumber) =>
        _members.GetValueOrDefault(member)?.Find(credential => credential.SerialNumber == serialNumber);

    /// <summary>The credential that a chain is, where it is known; else null.</summary>
    public GroupCredential? Find(MembershipChain chain) =>
        PeerName.TryParse(chain.Leaf.SubjectPeerName, out PeerName? member)
        && Find(member, chain.Leaf.SerialNumber) is { } known
        && known.Chain.Encoded.Span.SequenceEqual(chain.Encoded.Span)
            ? known
            : null;

    /// <summary>The credentials of a member, whether they count or not.</summary>
    public IReadOnlyList<GroupCredential> Find(PeerName member) =>
        _members.TryGetValue(member, out List<GroupCredential>? list) ? list : [];

    /// <summary>The credential by which a member is one at a time: of those that count the one with the greatest role, and
    /// among equals the one that was issued last; null where none counts.</summary>
    /// <remarks>Whoever may issue any credential may issue a small one to an administrator. It takes nothing from him: a role
    /// is lowered by revoking it.</remarks>
    public GroupCredential? Current(PeerName member, PeerTime at) => Find(member)
        .Where(credential => credential.IsValidAt(at) && Revocations.Find(credential, at) is null)
        .MaxBy(credential => (credential.Role, credential.NotBefore, credential.NotAfter, credential.SerialNumber));

    /// <summary>What a member is known to have issued, as <see cref="Revocation.Kept"/> takes it: the fingerprints of the
    /// certificates that stand behind one of the member's own in any known chain, and of the member's revocations. In order,
    /// and each once; there can be more than a revocation has room for.</summary>
    public IReadOnlyList<Bits128> IssuedBy(PeerName member) =>
    [
        .. _members.Values
            .SelectMany(list => list)
            .SelectMany(credential => BehindOwn(credential, member))
            .Select(certificate => Fingerprint.Of(certificate.RawData.Span))
            .Concat(Revocations.IssuedBy(member))
            .Distinct()
            .Order(),
    ];

    /// <summary>Why a member is none any more; null where no revocation says so.</summary>
    public Revocation? RevocationOf(PeerName member, PeerTime at) => Current(member, at) is not null
        ? null
        : Find(member).Select(credential => Revocations.Find(credential, at)).FirstOrDefault(one => one is not null);

    private static IEnumerable<PeerCertificate> BehindOwn(GroupCredential credential, PeerName member)
    {
        for (int i = 0; i < credential.Holders.Count - 1; i++)
        {
            if (credential.Holders[i] == member)
            {
                yield return credential.Chain.Certificates[i + 2];
            }
        }
    }
}
