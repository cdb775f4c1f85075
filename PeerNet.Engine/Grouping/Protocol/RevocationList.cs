using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>
/// The revocations of a group, and which of them stand. The order in which they arrive does not matter.
/// </summary>
/// <remarks>
/// <para>With a credential falls what was issued with it: each certificate, and each revocation, unless the revocation keeps
/// it (<see cref="Revocation.Kept"/>). Where several revocations stand against one credential, each must keep it.</para>
/// <para>A revocation stands unless its issuer was revoked and it was not kept, or its issuer was revoked by whom it
/// revokes; of two that contradict each other the senior issuer's is heard (<see cref="CredentialRank"/>). So a revoked
/// administrator cannot revoke back, whatever time he writes, and what he is known to have revoked before stays revoked. The
/// group's creator is never revoked.</para>
/// </remarks>
/// <param name="creator">Who made the group.</param>
internal sealed class RevocationList(PeerName creator)
{
    private readonly Dictionary<Guid, Issued> _all = [];
    private readonly Dictionary<PeerName, List<Issued>> _against = [];
    private readonly Dictionary<Guid, bool> _standing = [];
    private readonly HashSet<PeerName> _issuers = [];

    /// <summary>How many revocations are known.</summary>
    public int Count => _all.Count;

    /// <summary>Adds a revocation whose record has been judged. It takes the place of another one of the same record.</summary>
    /// <param name="recordId">The record.</param>
    /// <param name="revocation">What it says.</param>
    /// <param name="issuer">The credential that signed it: one of an administrator.</param>
    public void Add(Guid recordId, Revocation revocation, GroupCredential issuer)
    {
        Issued issued = new(recordId, revocation, issuer);
        if (_all.TryGetValue(recordId, out Issued? known) && known.IsSameAs(issued))
        {
            return;
        }

        Remove(recordId);
        if (revocation.Member == creator)
        {
            return;
        }

        if (!_against.TryGetValue(revocation.Member, out List<Issued>? list))
        {
            _against.Add(revocation.Member, list = []);
        }

        _all.Add(recordId, issued);
        list.Add(issued);
        _issuers.UnionWith(issuer.Holders);
        Reconsider(revocation.Member);
    }

    /// <summary>Forgets a revocation whose record has expired.</summary>
    public void Remove(Guid recordId)
    {
        if (_all.Remove(recordId, out Issued? issued))
        {
            _against[issued.Content.Member].Remove(issued);
            _standing.Remove(recordId);
            Reconsider(issued.Content.Member);
        }
    }

    /// <summary>The revocation by which a credential does not count at a time; null while it counts.</summary>
    /// <remarks>The time is that of the member's own revocation. A chain that falls with a certificate above has never
    /// counted: nobody can tell when its certificates were really issued.</remarks>
    public Revocation? Find(GroupCredential credential, PeerTime at) =>
        (Against(credential.Member, credential.Chain.Leaf, before: null).FirstOrDefault(one => one.Content.Since <= at)
            ?? FindAbove(credential, before: null))
        ?.Content;

    /// <summary>The fingerprints of the revocations that a member has issued.</summary>
    public IEnumerable<Bits128> IssuedBy(PeerName member) =>
        _all.Values.Where(one => one.Issuer.Member == member).Select(one => one.Fingerprint);

    private Issued? FindAbove(GroupCredential credential, Issued? before)
    {
        IReadOnlyList<PeerCertificate> chain = credential.Chain.Certificates;
        for (int i = 1; i < chain.Count - 1; i++)
        {
            ReadOnlyMemory<byte> issued = chain[i + 1].RawData;
            if (Against(credential.Holders[i - 1], chain[i], before)
                .FirstOrDefault(one => !one.Content.Keeps(Fingerprint.Of(issued.Span))) is { } revocation)
            {
                return revocation;
            }
        }

        return null;
    }

    private IEnumerable<Issued> Against(PeerName holder, PeerCertificate certificate, Issued? before) =>
        _against.GetValueOrDefault(holder)?.Where(one => one.Covers(certificate) && IsHeard(one, before) && Stands(one))
        ?? [];

    private bool Stands(Issued issued)
    {
        if (!_standing.ContainsKey(issued.RecordId))
        {
            Decide(issued);
        }

        return _standing[issued.RecordId];
    }

    // Whether one stands depends on its seniors, and a line of those can be longer than the call stack.
    private void Decide(Issued issued)
    {
        Stack<(Issued Issued, IEnumerator<Issued> Seniors)> open = new([(issued, SeniorsOf(issued))]);
        while (open.TryPeek(out (Issued Issued, IEnumerator<Issued> Seniors) last))
        {
            if (!last.Seniors.MoveNext())
            {
                open.Pop();
                _standing[last.Issued.RecordId] = FindAbove(last.Issued.Issuer, last.Issued) is null && !IsContradicted(last.Issued);
            }
            else if (!_standing.ContainsKey(last.Seniors.Current.RecordId))
            {
                open.Push((last.Seniors.Current, SeniorsOf(last.Seniors.Current)));
            }
        }
    }

    private IEnumerator<Issued> SeniorsOf(Issued issued) => issued.Issuer.Holders
        .SelectMany(holder => _against.GetValueOrDefault(holder) ?? [])
        .Where(one => IsHeard(one, issued))
        .GetEnumerator();

    private bool IsContradicted(Issued issued) => Against(issued.Issuer.Member, issued.Issuer.Chain.Leaf, issued).Any(against =>
        against.Content.Since <= issued.Content.Since
        || against.Issuer.Member == issued.Content.Member
        || !against.Content.Keeps(issued.Fingerprint));

    // Strictly seniors, by which the question always ends.
    private static bool IsHeard(Issued one, Issued? before) => before is null || one.Order.CompareTo(before.Order) < 0;

    // Most who are revoked have neither revoked anybody nor let in who did: what stands stays as it is.
    private void Reconsider(PeerName member)
    {
        if (_issuers.Contains(member))
        {
            _standing.Clear();
        }
    }

    private sealed record Issued(Guid RecordId, Revocation Content, GroupCredential Issuer)
    {
        public (CredentialRank Rank, ulong Since, Guid RecordId) Order { get; } =
            (CredentialRank.Of(Issuer), Content.Since.Ticks, RecordId);

        public Bits128 Fingerprint { get; } = Protocol.Fingerprint.Of(Content.Encode());

        public bool IsSameAs(Issued other) =>
            Fingerprint == other.Fingerprint && Issuer.Chain.Encoded.Span.SequenceEqual(other.Issuer.Chain.Encoded.Span);

        public bool Covers(PeerCertificate certificate) =>
            certificate.SerialNumber == Content.SerialNumber
            || (PeerTime.FromUtc(certificate.NotBefore, TimeSpan.Zero) <= Content.Since
                && !Content.Keeps(Protocol.Fingerprint.Of(certificate.RawData.Span)));
    }
}
