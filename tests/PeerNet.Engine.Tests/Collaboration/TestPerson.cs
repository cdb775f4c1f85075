using System.Net;
using PeerNet.Engine.Collaboration.Documents;
using PeerNet.Engine.Collaboration.Storage;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Collaboration;

/// <summary>A person for tests: a key, and the certificate that goes with it.</summary>
internal sealed class TestPerson : IDisposable
{
    public static readonly DateTimeOffset Now = new(2031, 5, 6, 7, 8, 9, TimeSpan.Zero);

    public TestPerson(string nickname = "ann", PeerSuite suite = PeerSuite.Modern)
    {
        Nickname = nickname;
        Key = PeerPrivateKey.Generate(suite);
        Name = PeerName.CreateSecure(Key.PublicKey, nickname);
        Certificate = Issue(Name);
    }

    public string Nickname { get; }

    public PeerPrivateKey Key { get; }

    public PeerName Name { get; }

    public PeerCertificate Certificate { get; }

    public ContactDocument Document => new()
    {
        Name = Name,
        Nickname = Nickname,
        DisplayName = $"{Nickname} <&> Ltd.",
        EmailAddress = $"{Nickname}@example.org",
        Certificate = Certificate,
    };

    public StoredContact Contact => StoredContact.From(Document, Now) with
    {
        IsWatched = true,
        LastAddresses = [IPEndPoint.Parse("192.0.2.7:4711"), IPEndPoint.Parse("[fe80::1%3]:4712")],
    };

    /// <summary>Another certificate of the same key.</summary>
    public PeerCertificate Issue(PeerName name) => Read(
        new CertificateIssuer(new SeededRandom(7)).IssueIdentity(Key, Nickname, name.Value, new(Now, Now.AddDays(3650))));

    public static PeerCertificate Read(byte[] der)
    {
        Assert.True(PeerCertificate.TryRead(der, out PeerCertificate? certificate));
        return certificate;
    }

    public void Dispose() => Key.Dispose();
}
