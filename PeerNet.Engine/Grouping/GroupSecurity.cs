using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping;

/// <summary>
/// What one member knows of a group and can prove: the judge of its records, the member list, the member's own credential
/// and key. Records are judged beside the graph's loop and signed in it, while connections ask for both: for any thread.
/// </summary>
internal sealed class GroupSecurity : IDisposable
{
    private readonly Lock _lock = new();
    private readonly PeerPrivateKey _key;
    private readonly PeerCertificate _identity;
    private readonly MembershipIssuer _issuer;
    private readonly ReadyKeys _ready = new();
    private GroupRecordJudge? _judge;
    private MemberList? _members;

    /// <param name="group">The group.</param>
    /// <param name="key">The member's key, which this object owns from here on.</param>
    /// <param name="identity">The member's own certificate.</param>
    /// <param name="random">Where serial numbers come from.</param>
    /// <param name="time">The clock.</param>
    public GroupSecurity(
        PeerName group, PeerPrivateKey key, PeerCertificate identity, IRandomSource random, TimeProvider time)
    {
        Group = group;
        Self = PeerName.Parse(identity.SubjectPeerName);
        _key = key;
        _identity = identity;
        _issuer = new(new CertificateIssuer(random));
        Admission = new(this, time);
        PeerTime = () => Graphing.Protocol.PeerTime.FromUtc(time.GetUtcNow(), TimeSpan.Zero);
    }

    /// <summary>The group.</summary>
    public PeerName Group { get; }

    /// <summary>The member that this node is.</summary>
    public PeerName Self { get; }

    /// <summary>Tells the time that the members agree on; this machine's until the graph is open.</summary>
    public Func<PeerTime> PeerTime { get; set; }

    /// <summary>The group's root certificate; null before any credential is known.</summary>
    public PeerCertificate? Root { get; private set; }

    /// <summary>Who made the group: the one to whom its key has given a credential. Null before any credential is known.</summary>
    public PeerName? Creator { get; private set; }

    /// <summary>The member's key; still owned by this object.</summary>
    public PeerPrivateKey Key => _key;

    /// <summary>The member's own certificate.</summary>
    public PeerCertificate Identity => _identity;

    /// <summary>The group's properties; null before they are known.</summary>
    public SecurityProperties? Properties
    {
        get
        {
            lock (_lock)
            {
                return _judge?.Properties;
            }
        }
    }

    /// <summary>The own credential, by which the member is one now; null where none counts.</summary>
    public GroupCredential? Own
    {
        get
        {
            lock (_lock)
            {
                return _members?.Current(Self, PeerTime());
            }
        }
    }

    /// <summary>The own credential that was issued last, whether it counts or not; null where there is none.</summary>
    public GroupCredential? Last
    {
        get
        {
            lock (_lock)
            {
                return _members?.Current(Self, PeerTime()) ?? _members?.Find(Self).MaxBy(one => one.NotAfter);
            }
        }
    }

    /// <summary>Who is let in on a connection.</summary>
    public GroupAdmission Admission { get; }

    /// <summary>Whether this member has published anything but its own credential.</summary>
    public bool HasSigned { get; private set; }

    /// <summary>Learns a credential of this group.</summary>
    /// <returns>The credential; null where the chain does not count, whatever the time.</returns>
    public GroupCredential? Learn(MembershipChain chain, out MembershipVerdict verdict)
    {
        verdict = MembershipVerdict.Valid;
        if (Find(chain) is { } known)
        {
            return known;
        }

        GroupCredential? credential = GroupCredential.From(chain, Group, out verdict, _ready);
        if (credential is not null)
        {
            lock (_lock)
            {
                Adopt(chain);
                _members!.Add(credential);
            }
        }

        return credential;
    }

    /// <summary>Judges records: those of the group's own types first and in their order, because the others depend on what
    /// they teach; then the others, on all cores.</summary>
    /// <returns>The verdicts, in the order of the records.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public GroupVerdict[] Judge(IReadOnlyList<GraphSecurityRecord> records, CancellationToken cancellationToken)
    {
        var verdicts = new GroupVerdict[records.Count];
        List<int> others = new(records.Count);
        for (int i = 0; i < records.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (GroupRecordTypes.IsReserved(records[i].Type))
            {
                verdicts[i] = Judge(records[i]);
            }
            else
            {
                others.Add(i);
            }
        }

        Parallel.ForEach(
            others, new ParallelOptions { CancellationToken = cancellationToken }, i => verdicts[i] = Judge(records[i]));
        return verdicts;
    }

    /// <summary>Judges a record. Nobody waits while signatures are verified.</summary>
    public GroupVerdict Judge(GraphSecurityRecord record)
    {
        GroupRecordJudge? judge;
        lock (_lock)
        {
            judge = _judge;
        }

        if (judge is null)
        {
            return GroupVerdict.UnknownMember;
        }

        GroupVerdict verdict = judge.Read(record, JudgeChain, out RecordClaim claim);
        GroupCredential? author = null;
        if (verdict == GroupVerdict.Valid)
        {
            lock (_lock)
            {
                verdict = judge.Weigh(record, claim, out author);
            }
        }

        if (verdict != GroupVerdict.Valid)
        {
            return verdict;
        }

        if (!judge.IsSigned(record, claim, author, _ready))
        {
            return GroupVerdict.BadSignature;
        }

        lock (_lock)
        {
            return judge.Learn(record, claim, author);
        }
    }

    /// <summary>Takes the properties of a group that is being made, before their record can be published.</summary>
    public void LearnProperties(SecurityProperties properties)
    {
        lock (_lock)
        {
            _judge?.LearnProperties(properties);
        }
    }

    /// <summary>A record of one of the group's own types has expired.</summary>
    public void Forget(Guid type, Guid id)
    {
        lock (_lock)
        {
            _judge?.Forget(type, id);
        }
    }

    /// <summary>Issues a credential by the member's own. Who only has an invitation is no member: whoever publishes the
    /// credential learns it too.</summary>
    /// <param name="subject">The identity's own certificate, or an earlier credential of it.</param>
    /// <param name="role">What it may do.</param>
    /// <param name="validFrom">From when; null for now.</param>
    /// <param name="validTo">Until when; null for a year, within the issuer's.</param>
    /// <exception cref="PeerException">This member has no credential that counts, its role does not allow it, or the period
    /// is not inside its own.</exception>
    public MembershipChain Issue(
        PeerCertificate subject, PeerRole role, DateTimeOffset? validFrom, DateTimeOffset? validTo)
    {
        lock (_lock)
        {
            PeerTime now = PeerTime();
            GroupCredential own = _members?.Current(Self, now) ?? throw NoCredential();
            CertificateValidity validity = CredentialPeriod.Choose(
                own, now, validFrom, validTo, NotBefore(PeerName.Parse(subject.SubjectPeerName), now));
            MembershipChain chain = _issuer.Issue(_key, own.Chain, subject, role, validity);
            MembershipVerdict verdict = chain.Judge(Group);
            return verdict == MembershipVerdict.Valid
                ? chain
                : throw PeerErrors.InvalidCredential.Exception($"The credential would not count ({verdict}).", subject.SubjectPeerName);
        }
    }

    /// <summary>Issues the first credential of a group, by its own key.</summary>
    public MembershipChain IssueFirst(PeerPrivateKey groupKey, PeerCertificate root)
    {
        MembershipChain chain = _issuer.IssueFirst(
            groupKey, root, _identity, PeerRole.Admin, new(root.NotBefore, root.NotAfter));
        return Learn(chain, out MembershipVerdict verdict) is not null
            ? chain
            : throw PeerErrors.InvalidCredential.Exception($"The group's first credential would not count ({verdict}).");
    }

    /// <summary>The security data of a record that this member publishes.</summary>
    /// <param name="record">The record, with the security data of the version before.</param>
    /// <exception cref="PeerException">The member may not publish it.</exception>
    public byte[] Sign(GraphSecurityRecord record)
    {
        lock (_lock)
        {
            GroupCredential own = _members?.Current(Self, PeerTime()) ?? throw NoCredential();
            HasSigned |= record.Type != GroupRecordTypes.Membership;
            return new GroupRecordSigner(_key, own, _judge!).Sign(record);
        }
    }

    /// <summary>The security data of a revocation that this member publishes, which counts here from now on.</summary>
    public byte[] SignAndLearn(GraphSecurityRecord record)
    {
        byte[] signature = Sign(record);
        Judge(record with { SecurityData = signature });
        return signature;
    }

    /// <summary>The security data of the group's properties, which count here from now on.</summary>
    public byte[] SignProperties(GraphSecurityRecord record, PeerPrivateKey groupKey)
    {
        lock (_lock)
        {
            byte[] signature = GroupRecordSigner.SignProperties(record, groupKey, _judge ?? throw NoCredential());
            Judge(record with { SecurityData = signature });
            return signature;
        }
    }

    /// <summary>Whether a stored record falls with a revocation that came after it.</summary>
    public bool IsFallen(GraphSecurityRecord record)
    {
        string toucher = record.ModifierId.Length > 0 ? record.ModifierId : record.CreatorId;
        return GroupRecordJudge.FallsWithAuthor(record.Type)
            && RecordSecurityData.TryRead(record.SecurityData, out RecordSecurityData security)
            && PeerName.TryParse(toucher, out PeerName? member)
            && Ask(
                (members, _) => members.Find(member, security.ModifierSerial) is { } credential
                    && members.Revocations.Find(credential, new PeerTime(record.ModificationTime)) is not null,
                false);
    }

    /// <summary>Asks about the members, in one go.</summary>
    public T Ask<T>(Func<MemberList, PeerTime, T> question, T unknown)
    {
        lock (_lock)
        {
            return _members is null ? unknown : question(_members, PeerTime());
        }
    }

    /// <summary>Why this member is none any more; null where no revocation says so.</summary>
    public Revocation? FindRevocation() => Ask<Revocation?>((members, now) => members.RevocationOf(Self, now), null);

    public void Dispose()
    {
        Admission.Dispose();
        _ready.Dispose();
        _key.Dispose();
    }

    /// <summary>What a revocation says, for people.</summary>
    public static string Describe(Revocation revocation, PeerName member) =>
        $"the credential of '{member}' was revoked on {revocation.Since.ToUtc(TimeSpan.Zero):u}"
        + (revocation.Reason.Length > 0 ? $": {revocation.Reason}" : "");

    // Of two credentials the later one is shown; and who was revoked counts again only with one that began later.
    private PeerTime NotBefore(PeerName member, PeerTime now)
    {
        PeerTime after = _members!.Current(member, now) is { } current ? JustBefore(current, now) : default;
        foreach (GroupCredential credential in _members.Find(member))
        {
            PeerTime since = _members.Revocations.Find(credential, now)?.Since ?? default;
            after = since > after ? since : after;
        }

        return after;
    }

    // Two of the same second begin together, rather than the second one in the future: then the one that lasts longer is shown.
    private static PeerTime JustBefore(GroupCredential current, PeerTime now) =>
        current.NotBefore + TimeSpan.FromSeconds(1) > now ? new(current.NotBefore.Ticks - 1) : current.NotBefore;

    private GroupCredential? JudgeChain(MembershipChain chain) =>
        Find(chain) ?? GroupCredential.From(chain, Group, out _, _ready);

    private GroupCredential? Find(MembershipChain chain) => Ask((members, _) => members.Find(chain), null);

    private void Adopt(MembershipChain chain)
    {
        if (_judge is null)
        {
            Root = chain.Root;
            Creator = PeerName.Parse(chain.Certificates[1].SubjectPeerName);
            _members = new(Creator);
            _judge = new(Group, chain.Root, _members);
        }
    }

    private PeerException NoCredential()
    {
        Revocation? revocation = _members?.RevocationOf(Self, PeerTime());
        return PeerErrors.NotAuthorized.Exception(
            revocation is not null
                ? $"This node is no member of the group '{Group}' any more: {Describe(revocation, Self)}."
                : $"This node has no credential of the group '{Group}' that counts now; ask an administrator for a new one.",
            Group.Value);
    }
}
