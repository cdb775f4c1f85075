using System.Globalization;
using System.Security.Cryptography;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Simulation.Groups;

/// <summary>A group, and as many members of it as are wanted. Their keys follow from the seed; their signatures do not.</summary>
internal sealed class GroupSeed : IDisposable
{
    private readonly SeededRandom _random;
    private readonly CertificateIssuer _issuer;
    private readonly DateTimeOffset _now;
    private readonly List<GroupSecurity> _members = [];

    /// <param name="seed">Where keys and serial numbers come from.</param>
    /// <param name="now">When the group is made.</param>
    public GroupSeed(ulong seed, DateTimeOffset now)
    {
        _random = new SeededRandom(seed);
        _issuer = new(_random);
        _now = now;
        Key = NewKey();
        Name = PeerName.CreateSecure(Key.PublicKey, "chess");
        Root = Read(_issuer.IssueGroupRoot(Key, "Chess", Name.Value, CredentialPeriod.OfRoot(now)));
        Creator = NewSecurity("creator");
        Creator.IssueFirst(Key, Root);
        Properties = new SecurityProperties
        {
            Cloud = GroupClouds.Global,
            Group = Name,
            Creator = Creator.Self,
            FriendlyName = "Chess",
        };
        Creator.LearnProperties(Properties);
    }

    /// <summary>The group's own key.</summary>
    public PeerPrivateKey Key { get; }

    public PeerName Name { get; }

    public PeerCertificate Root { get; }

    public SecurityProperties Properties { get; }

    /// <summary>Who made it.</summary>
    public GroupSecurity Creator { get; }

    /// <summary>What a new member knows, which is its own credential and nothing else.</summary>
    public GroupSecurity Enroll(string name, PeerRole role = PeerRole.Member, GroupSecurity? by = null)
    {
        GroupSecurity member = NewSecurity(name);
        MembershipChain chain = (by ?? Creator).Issue(member.Identity, role, validFrom: null, validTo: null);
        return member.Admission.Accept(chain.Encoded.ToArray())
            ? member
            : throw new InvalidOperationException("The member's credential does not count.");
    }

    public void Dispose()
    {
        _members.ForEach(member => member.Dispose());
        Key.Dispose();
    }

    private GroupSecurity NewSecurity(string name)
    {
        PeerPrivateKey key = NewKey();
        string peerName = string.Create(CultureInfo.InvariantCulture, $"{key.PublicKey}.{name}");
        CertificateValidity validity = new(_now.AddDays(-1), _now.AddYears(10));
        GroupSecurity member = new(
            Name, key, Read(_issuer.IssueIdentity(key, name, peerName, validity)), _random, TimeProvider.System)
        {
            PeerTime = () => Engine.Graphing.Protocol.PeerTime.FromUtc(_now, TimeSpan.Zero),
        };
        _members.Add(member);
        return member;
    }

    // Any number below the group's order is a key, and nearly all of 32 bytes are below it.
    private PeerPrivateKey NewKey()
    {
        byte[] secret = new byte[32];
        _random.Fill(secret);
        secret[0] &= 0x7F;
        return new(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = secret }));
    }

    private static PeerCertificate Read(byte[] der) => PeerCertificate.TryRead(der, out PeerCertificate? certificate)
        ? certificate
        : throw new InvalidOperationException("A certificate that was just issued cannot be read.");
}
