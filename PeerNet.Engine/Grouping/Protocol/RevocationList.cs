using PeerNet.Engine.Graphing;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>
/// The revocations of a group, and which of them stand. The order in which they arrive does not matter.
/// </summary>
/// <remarks>
/// A revocation stands unless its issuer's own credential was revoked before, or its issuer was revoked by whom it
/// revokes; of two that contradict each other the senior issuer's is heard (<see cref="CredentialRank"/>). So a revoked
/// administrator cannot revoke back, and what he had revoked before stays revoked. The group's creator is never revoked.
/// </remarks>
/// <param name="creator">Who made the group.</param>
internal sealed class RevocationList(PeerName creator)
{
    private readonly Dictionary<Guid, Issued> _all = [];
    private readonly Dictionary<PeerName, List<Issued>> _against = [];
    private readonly Dictionary<Guid, bool> _standing = [];
    private readonly HashSet<string> _issuers = [];

    /// <summary>How many revocations are known.</summary>
    public int Count => _all.Count;

    /// <summary>Adds a revocation whose record has been judged.</summary>
    /// <param name="recordId">The record.</param>
    /// <param name="revocation">What it says.</param>
    /// <param name="issuer">The credential that signed it: one of an administrator.</param>
    public void Add(Guid recordId, Revocation revocation, GroupCredential issuer)
    {
        Issued issued = new(recordId, revocation, issuer);
        if (revocation.Member == creator || !_all.TryAdd(recordId, issued))
        {
            return;
        }

        if (!_against.TryGetValue(revocation.Member, out List<Issued>? list))
        {
            _against.Add(revocation.Member, list = []);
        }

        list.Add(issued);
        _issuers.UnionWith(issuer.Chain.Certificates.Select(one => one.SubjectPeerName).OfType<string>());
        Reconsider(revocation.Member);
    }

    /// <summary>Forgets a revocation whose record has expired.</summary>
    public void Remove(Guid recordId)
    {
        if (_all.Remove(recordId, out Issued? issued))
        {
            _against[issued.Content.Member].Remove(issued);
            Reconsider(issued.Content.Member);
        }
    }

    /// <summary>The revocation by which a credential does not count at a time; null while it counts.</summary>
    /// <remarks>A chain falls with each of its certificates, but only for what that one's holder certified later.</remarks>
    public Revocation? Find(GroupCredential credential, PeerTime at) =>
        (FindOwn(credential.Member, credential.Chain.Leaf, at, before: null) ?? FindAbove(credential, before: null))?.Content;

    private Issued? FindOwn(PeerName member, PeerCertificate certificate, PeerTime at, Issued? before) =>
        _against.GetValueOrDefault(member)?.Find(one =>
            one.Covers(certificate) && one.Content.Since <= at && IsHeard(one, before) && Stands(one));

    private Issued? FindAbove(GroupCredential credential, Issued? before)
    {
        IReadOnlyList<PeerCertificate> chain = credential.Chain.Certificates;
        for (int i = 1; i < chain.Count - 1; i++)
        {
            PeerTime certified = PeerTime.FromUtc(chain[i + 1].NotBefore, TimeSpan.Zero);
            if (PeerName.TryParse(chain[i].SubjectPeerName, out PeerName? holder)
                && FindOwn(holder, chain[i], certified, before) is { } revocation)
            {
                return revocation;
            }
        }

        return null;
    }

    private bool Stands(Issued issued)
    {
        if (!_standing.TryGetValue(issued.RecordId, out bool stands))
        {
            stands = FindAbove(issued.Issuer, issued) is null && !IsContradicted(issued);
            _standing.Add(issued.RecordId, stands);
        }

        return stands;
    }

    private bool IsContradicted(Issued issued) =>
        _against.GetValueOrDefault(issued.Issuer.Member)?.Exists(against =>
            against.Covers(issued.Issuer.Chain.Leaf)
            && (against.Content.Since <= issued.Content.Since || against.Issuer.Member == issued.Content.Member)
            && IsHeard(against, issued)
            && Stands(against))
        ?? false;

    // Strictly seniors, by which the question always ends.
    private static bool IsHeard(Issued one, Issued? before) => before is null || one.Order.CompareTo(before.Order) < 0;

    // Most who are revoked have neither revoked anybody nor let in who did: what stands stays as it is.
    private void Reconsider(PeerName member)
    {
        if (_issuers.Contains(member.Value))
        {
            _standing.Clear();
        }
    }

    private sealed record Issued(Guid RecordId, Revocation Content, GroupCredential Issuer)
    {
        public (CredentialRank Rank, ulong Since, Guid RecordId) Order { get; } =
            (CredentialRank.Of(Issuer), Content.Since.Ticks, RecordId);

        public bool Covers(PeerCertificate certificate) =>
            certificate.SerialNumber == Content.SerialNumber
            || PeerTime.FromUtc(certificate.NotBefore, TimeSpan.Zero) <= Content.Since;
    }
}
