using System.Buffers.Binary;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Payloads;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Grouping.Protocol;

/// <summary>A group for tests: its key, its root, and members that sign records.</summary>
internal sealed class GroupBuilder : IDisposable
{
    public static readonly DateTimeOffset Now = new(2031, 5, 6, 7, 8, 9, TimeSpan.Zero);
    public static readonly PeerTime PeerNow = PeerTime.FromUtc(Now, TimeSpan.Zero);
    public static readonly Guid RecordType = new("11111111-2222-3333-4444-555555555555");

    private readonly CertificateIssuer _certificates = new(new SeededRandom(7));
    private readonly List<IDisposable> _owned = [];
    private int _records;

    public GroupBuilder(string classifier = "chess")
    {
        Key = Own(PeerPrivateKey.Generate(PeerSuite.Modern));
        Name = PeerName.CreateSecure(Key.PublicKey, classifier);
        Root = Read(_certificates.IssueGroupRoot(Key, "Chess", Name.Value, Period(days: 400)));
        Creator = Enroll("creator", PeerRole.Admin);
        Members = new MemberList(Creator.Name);
        Judge = new GroupRecordJudge(Name, Root, Members);
    }

    public PeerPrivateKey Key { get; }

    public PeerName Name { get; }

    public PeerCertificate Root { get; }

    public Member Creator { get; }

    public MemberList Members { get; }

    public GroupRecordJudge Judge { get; }

    public MembershipIssuer Issuer => new(_certificates);

    public CertificateIssuer Certificates => _certificates;

    public static CertificateValidity Period(int days, double startHours = 0) =>
        new(Now.AddHours(startHours), Now.AddHours(startHours).AddDays(days));

    public static PeerCertificate Read(byte[] der)
    {
        Assert.True(PeerCertificate.TryRead(der, out PeerCertificate? certificate));
        return certificate;
    }

    /// <summary>A member that the group's key vouches for.</summary>
    public Member Enroll(string name, PeerRole role, CertificateValidity? validity = null, PeerPrivateKey? key = null)
    {
        (key, PeerCertificate identity) = Identity(name, key);
        return new Member(key, identity, Issuer.IssueFirst(Key, Root, identity, role, validity ?? Period(days: 300)), Name);
    }

    /// <summary>A member that another one vouches for.</summary>
    public Member Invite(Member by, string name, PeerRole role, CertificateValidity? validity = null)
    {
        (PeerPrivateKey key, PeerCertificate identity) = Identity(name);
        MembershipChain chain = Issuer.Issue(by.Key, by.Chain, identity, role, validity ?? Period(days: 200));
        return new Member(key, identity, chain, Name);
    }

    /// <summary>The same member with another credential.</summary>
    public Member Renew(Member member, Member by, PeerRole role, CertificateValidity validity) =>
        new(member.Key, member.Identity, Issuer.Issue(by.Key, by.Chain, member.Identity, role, validity), Name);

    /// <summary>A member whose certificate has the serial number of another one that the same member has issued.</summary>
    public Member InviteAgain(Member by, Member first, string name)
    {
        byte[] serial = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(serial, first.Credential.SerialNumber);
        MembershipIssuer issuer = new(new CertificateIssuer(new FixedRandom(serial)));
        (PeerPrivateKey key, PeerCertificate identity) = Identity(name);
        return new Member(key, identity, issuer.Issue(by.Key, by.Chain, identity, PeerRole.Member, Period(days: 100)), Name);
    }

    public (PeerPrivateKey Key, PeerCertificate Certificate) Identity(string name, PeerPrivateKey? key = null)
    {
        key ??= Own(PeerPrivateKey.Generate(PeerSuite.Modern));
        return (key, Read(_certificates.IssueIdentity(key, name, $"{key.PublicKey}.{name}", Period(days: 3650, startHours: -1))));
    }

    /// <summary>Makes members known, as their Membership records do.</summary>
    public void Know(params Member[] members)
    {
        foreach (Member member in members)
        {
            Assert.True(Members.Add(member.Credential));
        }
    }

    /// <summary>A record as its author secures it.</summary>
    public GraphSecurityRecord Record(
        Member author, Guid? type = null, byte[]? data = null, double atHours = 1, double lifeHours = 1)
    {
        PeerTime at = PeerNow + TimeSpan.FromHours(atHours);
        GraphSecurityRecord record = Draft(author.Name.Value, type ?? RecordType, data ?? [1, 2, 3], at, lifeHours);
        return Sign(record, author, author.Credential.SerialNumber);
    }

    /// <summary>The next version of a record.</summary>
    public static GraphSecurityRecord Change(GraphSecurityRecord record, Member by, byte[] data)
    {
        Assert.True(RecordSecurityData.TryRead(record.SecurityData, out RecordSecurityData security));
        GraphSecurityRecord next = record with
        {
            Version = record.Version + 1,
            ModifierId = by.Name.Value,
            ModificationTime = record.ModificationTime + 1,
            Data = data,
        };
        return Sign(next, by, security.CreatorSerial);
    }

    public static GraphSecurityRecord Sign(GraphSecurityRecord record, Member by, Bits128 creatorSerial) => record with
    {
        SecurityData = SignWith(record, by.Key, creatorSerial, by.Credential.SerialNumber),
    };

    public static byte[] SignWith(GraphSecurityRecord record, PeerPrivateKey key, Bits128 creator, Bits128 modifier)
    {
        byte[] digest = new byte[RecordDigest.Length];
        RecordDigest.Create(record, creator, modifier, digest);
        return new RecordSecurityData(creator, modifier, key.SignHash(digest)).Encode();
    }

    public GraphSecurityRecord Properties(SecurityProperties properties, Guid? id = null, double lifeHours = 24)
    {
        GraphSecurityRecord record = Draft(
            Name.Value, GroupRecordTypes.SecurityProperties, properties.Encode(), PeerNow, lifeHours, id);
        return record with { SecurityData = SignWith(record, Key, 0, 0) };
    }

    /// <summary>A judge that knows nothing yet, as another node's.</summary>
    public GroupRecordJudge OtherJudge() => new(Name, Root, new MemberList(Creator.Name));

    public GraphSecurityRecord Membership(Member author, MembershipChain? chain = null) => Record(
        author, GroupRecordTypes.Membership, MembershipPayload.Encode(chain ?? author.Chain));

    public GraphSecurityRecord Revoke(Member by, Member whom, double atHours, params Bits128[] kept) => Record(
        by, GroupRecordTypes.Revocation, Revocation(whom, atHours, kept).Encode(), atHours, lifeHours: 24 * 300);

    public static Revocation Revocation(Member whom, double atHours, params IReadOnlyList<Bits128> kept) => new()
    {
        Member = whom.Name,
        SerialNumber = whom.Credential.SerialNumber,
        Since = PeerNow + TimeSpan.FromHours(atHours),
        Kept = kept,
    };

    /// <summary>The graph info record, as it has to be.</summary>
    public GraphSecurityRecord GraphInfo(Member by) =>
        Record(by, RecordTypes.GraphInfo, GraphInfoPayload.Encode(GroupGraphInfo.Of(SomeProperties())!));

    public SecurityProperties SomeProperties() => new()
    {
        Cloud = "Global_",
        Group = Name,
        Creator = Creator.Name,
        FriendlyName = "Chess",
        Comment = "Fridays",
        Password = new GroupPassword(new byte[PasswordProof.VerifierLength], PeerRole.Member),
    };

    public void Dispose() => _owned.ForEach(one => one.Dispose());

    private GraphSecurityRecord Draft(
        string creator, Guid type, byte[] data, PeerTime at, double lifeHours, Guid? id = null) => new(
        Name.Value,
        type,
        id ?? new Guid(++_records, 0, 0, new byte[8]),
        Version: 1,
        creator,
        ModifierId: "",
        at.Ticks,
        (at + TimeSpan.FromHours(lifeHours)).Ticks,
        at.Ticks,
        IsDeleted: false,
        Attributes: "",
        data,
        SecurityData: []);

    private T Own<T>(T disposable)
        where T : IDisposable
    {
        _owned.Add(disposable);
        return disposable;
    }

    /// <summary>A member of the group.</summary>
    internal sealed class Member(PeerPrivateKey key, PeerCertificate identity, MembershipChain chain, PeerName group)
    {
        public PeerPrivateKey Key => key;

        public PeerCertificate Identity => identity;

        public MembershipChain Chain => chain;

        public GroupCredential Credential { get; } = GroupCredential.From(chain, group, out _)
            ?? throw new InvalidOperationException("The member's credential does not count.");

        public PeerName Name => Credential.Member;

        /// <summary>What a revocation of who issued the credential names, so that it stays good.</summary>
        public Bits128 Fingerprint => Engine.Grouping.Protocol.Fingerprint.Of(chain.Leaf.RawData.Span);
    }

    private sealed class FixedRandom(byte[] bytes) : IRandomSource
    {
        public void Fill(Span<byte> destination) => bytes.CopyTo(destination);
    }
}
