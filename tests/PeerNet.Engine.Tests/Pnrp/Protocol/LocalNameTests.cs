using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Vectors;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

public class LocalNameTests
{
    private static readonly LocalNamePayload GoldenPayload = new()
    {
        Endpoints =
        [
            new PeerAppEndpoint(IPAddress.Parse("2001:db8::1"), 8080),
            new PeerAppEndpoint(IPAddress.Parse("192.0.2.1"), 53, PeerProtocol.Udp),
        ],
        Comment = "Grüße",
        Text = "Grüß Gott",
    };

    public static TheoryData<PeerSuite> Suites => [PeerSuite.Windows, PeerSuite.Modern];

    [Fact]
    public void The_Windows_suite_publishes_the_golden_bytes()
    {
        CpaVectors vectors = CpaVectors.Windows;
        using PeerPrivateKey key = vectors.OpenKey();
        LocalName name = Create(key, vectors.SecureName, GoldenPayload);

        Answer answer = Answer.Read(
            name.BuildAuthority(InquireFlags.All, CpaVectors.Nonce, CpaVectors.NotAfter.AddDays(-1), Entry(name.Id, 2)),
            vectors.Suite);

        Assert.Equal(vectors.SecureId, name.Id);
        Assert.Equal(Convert.ToHexString(vectors.Secure), Convert.ToHexString(answer.Cpa));
        Assert.Equal(Convert.ToHexString(vectors.Utf8Payload), Convert.ToHexString(answer.Payload));
        Assert.Equal(Utf16.Encode("fish"), answer.Classifier);
        Assert.Equal(
            Convert.ToHexString(vectors.Revoke),
            Convert.ToHexString(name.BuildRevokeCpa(CpaVectors.NotAfter - LocalName.MinimumCpaLifetime)));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void What_is_published_is_what_is_resolved(PeerSuite suite)
    {
        using PeerPrivateKey key = PeerPrivateKey.Generate(suite);
        PeerName[] names =
        [
            CpaVectors.Parse($"{key.PublicKey}."),
            CpaVectors.Parse($"{key.PublicKey}.a.b\uD800"),
            CpaVectors.Parse("0."),
            CpaVectors.Parse("0." + new string('ß', 149)),
        ];
        foreach (PeerName name in names)
        {
            LocalName local = Create(key, name, GoldenPayload);
            Answer answer = Answer.Read(
                local.BuildAuthority(InquireFlags.All, CpaVectors.Nonce, CpaVectors.Now, Entry(local.Id, 1)), key.Algorithms);

            Assert.Equal(CpaVerdict.Valid, answer.Validate(local.Id, out CertifiedName? certified));
            Assert.Equal(name, certified!.Name);
            Assert.Equal(name.IsSecure, certified.IsSecure);
            Assert.Equal(GoldenPayload.Comment, certified.Comment);
            Assert.Equal(GoldenPayload.Text, certified.Text);
            Assert.Equal(GoldenPayload.Endpoints, certified.Endpoints);
            Assert.Equal(CpaVectors.Now.AddDays(1), certified.NotAfter);

            CpaVerdict revoke = AuthorityValidator.ValidateRevoke(
                key.Algorithms, local.BuildRevokeCpa(CpaVectors.Now), CpaVectors.Now, out PnrpId id, out _, out bool isSecure);
            Assert.Equal(CpaVerdict.Valid, revoke);
            Assert.Equal(local.Id, id);
            Assert.Equal(name.IsSecure, isSecure);
        }
    }

    [Theory]
    [InlineData("x", false)]
    [InlineData("xy", false)]
    [InlineData("xyz", true)]
    [InlineData("漢字仮名", false)]
    public void A_text_travels_in_the_encoding_that_suits_it(string text, bool isUtf8) =>
        AssertTravels(text, isUtf8);

    [Fact]
    public void A_lone_surrogate_stays_what_it_is() => AssertTravels("lone \uD800", isUtf8: false);

    [Fact]
    public void An_answer_holds_what_was_asked_for()
    {
        using PeerPrivateKey key = PeerPrivateKey.Generate(PeerSuite.Modern);
        LocalName local = Create(key, CpaVectors.Parse("0.x"), GoldenPayload);

        Answer Ask(InquireFlags flags) => Answer.Read(
            local.BuildAuthority(flags, CpaVectors.Nonce, CpaVectors.Now, Entry(local.Id, 1)), key.Algorithms);

        Assert.Equal(
            MessageVectors.Bytes(MessageVectors.BufferWithoutParts, key.Algorithms),
            local.BuildAuthority(InquireFlags.None, default, CpaVectors.Now, Entry(local.Id, 1)));
        Assert.Empty(Ask(InquireFlags.Cpa).Payload);
        Assert.NotEmpty(Ask(InquireFlags.Cpa).Cpa);
        Assert.Empty(Ask(InquireFlags.ExtendedPayload).Cpa);
        Assert.NotEmpty(Ask(InquireFlags.ExtendedPayload).Payload);
        Assert.Empty(Ask(InquireFlags.All).Chain);
    }

    [Fact]
    public void Four_of_many_addresses_become_service_addresses()
    {
        using PeerPrivateKey key = PeerPrivateKey.Generate(PeerSuite.Modern);
        LocalName local = Create(key, CpaVectors.Parse("0.x"), new LocalNamePayload());

        Answer answer = Answer.Read(
            local.BuildAuthority(InquireFlags.Cpa, CpaVectors.Nonce, CpaVectors.Now, Entry(local.Id, 20)), key.Algorithms);

        Assert.Equal(CpaVerdict.Valid, answer.Validate(local.Id, out CertifiedName? certified));
        Assert.Equal(CertifiedPeerAddress.MaximumServiceAddresses, certified!.ServiceAddresses.Count);
        Assert.Empty(certified.Endpoints);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void The_largest_answer_travels_in_fragments(PeerSuite suite)
    {
        using PeerPrivateKey key = PeerPrivateKey.Generate(suite);
        byte[] chain = new byte[AuthorityBuffer.MaximumLength - AuthorityBuffer.Overhead - PeerRegistrationRequest.MaximumData];
        var payload = new LocalNamePayload
        {
            Endpoints = [.. Enumerable.Repeat(GoldenPayload.Endpoints[0], PeerRegistrationRequest.MaximumEndpoints)],
            Comment = new string('ß', PeerRegistrationRequest.MaximumComment),
            Data = new byte[PeerRegistrationRequest.MaximumData],
        };
        var local = new LocalName(key, CpaVectors.Parse("0." + new string('x', 149)), 1, 2, payload, chain);

        byte[] buffer = local.BuildAuthority(InquireFlags.All, CpaVectors.Nonce, CpaVectors.Now, Entry(local.Id, 20));
        Assert.InRange(buffer.Length, AuthorityBuffer.MaximumLength - 1024, AuthorityBuffer.MaximumLength);

        byte[] received = new byte[buffer.Length];
        var fragments = new AuthorityFragments(key.Algorithms, 7, 9, buffer);
        byte[] datagram = new byte[PnrpDatagram.MaximumLength];
        for (int i = 0; i < fragments.Count; i++)
        {
            var reader = new WireReader(datagram.AsSpan(0, fragments.Write(i, datagram)));
            Assert.Equal(PnrpHeaderStatus.Ok, PnrpHeader.TryRead(ref reader, key.Algorithms, out PnrpHeader header));
            Assert.Equal(new PnrpHeader(PnrpMessageType.Authority, 7), header);
            Assert.True(AuthorityMessage.TryRead(ref reader, key.Algorithms, out AuthorityMessage message));
            Assert.Equal(9u, message.AckedMessageId);
            Assert.Equal(buffer.Length, message.Size);
            Assert.Equal(i == fragments.Count - 1, message.Buffer.Length < AuthorityMessage.FragmentLength);
            message.Buffer.CopyTo(received.AsSpan(message.Offset));
        }

        Assert.Equal(buffer, received);
    }

    [Theory]
    [InlineData(1188, 1)]
    [InlineData(1189, 2)]
    [InlineData(2000, 2)]
    [InlineData(2376, 2)]
    public void A_buffer_is_cut_every_1188_bytes(int size, int count) =>
        Assert.Equal(count, new AuthorityFragments(SuiteAlgorithms.Modern, 1, 2, new byte[size]).Count);

    [Fact]
    public void What_cannot_be_published_is_refused()
    {
        using PeerPrivateKey key = PeerPrivateKey.Generate(PeerSuite.Modern);
        PeerName name = CpaVectors.Parse("0.x");

        void Refused(LocalNamePayload payload) =>
            Assert.ThrowsAny<ArgumentException>(() => Create(key, name, payload));

        Refused(new LocalNamePayload { Endpoints = [.. Enumerable.Repeat(GoldenPayload.Endpoints[0], 11)] });
        Refused(new LocalNamePayload { Comment = new string('漢', 40) });
        Refused(new LocalNamePayload { Comment = "a\0b" });
        Refused(new LocalNamePayload { Data = new byte[4097] });
        Refused(new LocalNamePayload { Data = new byte[1], Text = "x" });
        Refused(new LocalNamePayload { Text = "" });
        Refused(new LocalNamePayload { Text = "a\0b" });
        Refused(new LocalNamePayload { Text = new string('x', 4096) });
        Create(key, name, new LocalNamePayload { Text = new string('x', 4095), Comment = new string('x', 78) });
        Assert.Throws<ArgumentException>(() => Create(key, CpaVectors.Modern.SecureName, new LocalNamePayload()));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new LocalName(key, name, 1, 2, new LocalNamePayload(), null, TimeSpan.FromHours(11)));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new LocalName(key, name, 1, 2, new LocalNamePayload(), null, TimeSpan.FromDays(8)));
    }

    private static LocalName Create(PeerPrivateKey key, PeerName name, LocalNamePayload payload) =>
        new(key, name, CpaVectors.LocationPrefix, CpaVectors.LocationSuffix, payload);

    private static RouteEntry Entry(PnrpId id, int addresses) => new(
        id,
        CpaVectors.First.Port,
        [.. Enumerable.Range(0, addresses).Select(i => i % 2 == 0 ? CpaVectors.First.Address : CpaVectors.Second.Address)]);

    private static void AssertTravels(string text, bool isUtf8)
    {
        using PeerPrivateKey key = PeerPrivateKey.Generate(PeerSuite.Modern);
        LocalName local = Create(key, CpaVectors.Parse("0.x"), new LocalNamePayload { Text = text });
        Answer answer = Answer.Read(
            local.BuildAuthority(InquireFlags.All, CpaVectors.Nonce, CpaVectors.Now, Entry(local.Id, 1)), key.Algorithms);

        Assert.True(ExtendedPayload.TryRead(answer.Payload, key.Algorithms, out ExtendedPayload payload));
        Assert.Equal(isUtf8, payload.IsUtf8);
        Assert.Equal(CpaVerdict.Valid, answer.Validate(local.Id, out CertifiedName? certified));
        Assert.Equal(text, certified!.Text);
    }
}
