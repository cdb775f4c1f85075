using System.Globalization;
using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Vectors;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Tests.Pnrp.Protocol.Messages;

public class GoldenDatagramTests
{
    private static readonly PnrpId First = Id("00112233445566778899AABBCCDDEEFF", "20010DB80000000100000000DEADBEEF");
    private static readonly PnrpId Second = Id("FFEEDDCCBBAA99887766554433221100", "8000000000000000FEDCBA9876543210");
    private static readonly Bits128 Nonce = Number("A0A1A2A3A4A5A6A7A8A9AAABACADAEAF");
    private static readonly byte[] HashedNonce = Convert.FromHexString("C0C1C2C3C4C5C6C7C8C9CACBCCCDCECFD0D1D2D3");
    private static readonly Bits128 Address1 = Number("20010DB8000000000000000000000001");
    private static readonly Bits128 Address2 = Number("20010DB8000000000000000000000002");
    private static readonly Bits128 Mapped = Number("00000000000000000000FFFFC0000201");

    public static TheoryData<PeerSuite> Suites => [PeerSuite.Windows, PeerSuite.Modern];

    public static TheoryData<string, PeerSuite> Vectors
    {
        get
        {
            var data = new TheoryData<string, PeerSuite>();
            foreach (string name in MessageVectors.All.Keys)
            {
                data.Add(name, PeerSuite.Windows);
                data.Add(name, PeerSuite.Modern);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_datagram_is_written_back_as_it_was_read(string name, PeerSuite suite)
    {
        SuiteAlgorithms algorithms = SuiteAlgorithms.For(suite);
        byte[] datagram = MessageVectors.Bytes(MessageVectors.All[name], algorithms);

        byte[]? written = Datagrams.Rewrite(datagram, algorithms);

        Assert.NotNull(written);
        if (MessageVectors.NotCanonical.Contains(name))
        {
            Assert.NotEqual(datagram, written);
            Assert.Equal(written, Datagrams.Rewrite(written, algorithms));
        }
        else
        {
            Assert.Equal(Convert.ToHexString(datagram), Convert.ToHexString(written));
        }
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_datagram_of_the_other_suite_is_recognized_as_such(string name, PeerSuite suite)
    {
        SuiteAlgorithms other =
            suite == PeerSuite.Windows ? SuiteAlgorithms.Modern : SuiteAlgorithms.Windows;
        var reader = new WireReader(MessageVectors.Bytes(MessageVectors.All[name], SuiteAlgorithms.For(suite)));

        Assert.Equal(PnrpHeaderStatus.OtherSuite, PnrpHeader.TryRead(ref reader, other, out _));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Solicit(PeerSuite suite)
    {
        WireReader reader = Open(MessageVectors.Solicit, suite, PnrpMessageType.Solicit, 0x01020304);

        Assert.True(SolicitMessage.TryRead(ref reader, SuiteAlgorithms.For(suite), out SolicitMessage message));
        Assert.Equal(SolicitType.Local, message.Type);
        AssertEntry(message.RouteEntry, Address1);
        Assert.Equal(HashedNonce, message.HashedNonce);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Solicit_without_optional_fields_asks_for_any(PeerSuite suite)
    {
        WireReader reader = Open(
            MessageVectors.SolicitWithoutOptionalFields, suite, PnrpMessageType.Solicit, 0x01020304);

        Assert.True(SolicitMessage.TryRead(ref reader, SuiteAlgorithms.For(suite), out SolicitMessage message));
        Assert.Equal(SolicitType.Any, message.Type);
        Assert.Null(message.RouteEntry);
        Assert.Equal(HashedNonce, message.HashedNonce);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Advertise(PeerSuite suite)
    {
        WireReader reader = Open(MessageVectors.Advertise, suite, PnrpMessageType.Advertise, 0x11121314);

        Assert.True(AdvertiseMessage.TryRead(ref reader, SuiteAlgorithms.For(suite), out AdvertiseMessage message));
        Assert.Equal(0x01020304u, message.AckedMessageId);
        Assert.Equal(2, message.Ids.Count);
        Assert.Equal(First, message.Ids[0]);
        Assert.Equal(Second, message.Ids[1]);
        Assert.True(message.Ids.Contains(Second));
        Assert.False(message.Ids.Contains(Second.Next));
        Assert.Equal(HashedNonce, message.HashedNonce);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Request(PeerSuite suite)
    {
        WireReader reader = Open(MessageVectors.Request, suite, PnrpMessageType.Request, 0x21222324);

        Assert.True(RequestMessage.TryRead(ref reader, SuiteAlgorithms.For(suite), out RequestMessage message));
        Assert.Equal(Nonce, message.Nonce);
        Assert.Equal(1, message.Ids.Count);
        Assert.Equal(First, message.Ids[0]);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Flood_of_a_route_entry(PeerSuite suite)
    {
        WireReader reader = Open(MessageVectors.FloodRouteEntry, suite, PnrpMessageType.Flood, 0x31323334);

        Assert.True(FloodMessage.TryRead(ref reader, SuiteAlgorithms.For(suite), out FloodMessage message));
        Assert.True(message.DoNotAcknowledge);
        Assert.Equal(Second, message.ValidateId);
        Assert.True(message.RevokeCpa.IsEmpty);
        AssertEntry(message.RouteEntry, Address1, Mapped);
        Assert.Equal(1, message.AlreadyFlooded.Count);
        Assert.Equal(new PnrpEndpoint(Address2, 1025), message.AlreadyFlooded[0]);
        Assert.True(message.AlreadyFlooded.Contains(new PnrpEndpoint(Address2, 1025)));
        Assert.False(message.AlreadyFlooded.Contains(new PnrpEndpoint(Address2, 1026)));
        Assert.False(message.AlreadyFlooded.ContainsAny(message.RouteEntry!));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Flood_of_a_revoke(PeerSuite suite)
    {
        WireReader reader = Open(MessageVectors.FloodRevoke, suite, PnrpMessageType.Flood, 0x31323334);

        Assert.True(FloodMessage.TryRead(ref reader, SuiteAlgorithms.For(suite), out FloodMessage message));
        Assert.False(message.DoNotAcknowledge);
        Assert.Equal(Second, message.ValidateId);
        Assert.Equal("REVOK"u8, message.RevokeCpa);
        Assert.Null(message.RouteEntry);
        Assert.Equal(0, message.AlreadyFlooded.Count);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Inquire(PeerSuite suite)
    {
        WireReader reader = Open(MessageVectors.Inquire, suite, PnrpMessageType.Inquire, 0x41424344);

        Assert.True(InquireMessage.TryRead(ref reader, SuiteAlgorithms.For(suite), out InquireMessage message));
        Assert.Equal(InquireFlags.Cpa | InquireFlags.CertificateChain, message.Flags);
        Assert.Equal(First, message.ValidateId);
        Assert.Equal(Nonce, message.Nonce);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Inquire_without_nonce(PeerSuite suite)
    {
        WireReader reader = Open(MessageVectors.InquireWithoutNonce, suite, PnrpMessageType.Inquire, 0x41424344);

        Assert.True(InquireMessage.TryRead(ref reader, SuiteAlgorithms.For(suite), out InquireMessage message));
        Assert.Equal(InquireFlags.ExtendedPayload, message.Flags);
        Assert.Null(message.Nonce);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Authority(PeerSuite suite)
    {
        WireReader reader = Open(MessageVectors.Authority, suite, PnrpMessageType.Authority, 0x51525354);

        Assert.True(AuthorityMessage.TryRead(ref reader, SuiteAlgorithms.For(suite), out AuthorityMessage message));
        Assert.Equal(0x41424344u, message.AckedMessageId);
        Assert.Equal(1196, message.Size);
        Assert.Equal(1188, message.Offset);
        Assert.Equal(Convert.FromHexString("0040000602010000"), message.Buffer);
        Assert.False(message.IsWhole);
        Assert.False(message.Overruns);
    }

    [Theory]
    [InlineData(MessageVectors.Ack, false, PeerSuite.Windows)]
    [InlineData(MessageVectors.Ack, false, PeerSuite.Modern)]
    [InlineData(MessageVectors.AckNotFound, true, PeerSuite.Windows)]
    [InlineData(MessageVectors.AckNotFound, true, PeerSuite.Modern)]
    [InlineData(MessageVectors.AckWithIdleFlags, false, PeerSuite.Modern)]
    public void Ack(string vector, bool notFound, PeerSuite suite)
    {
        WireReader reader = Open(vector, suite, PnrpMessageType.Ack, 0x61626364);

        Assert.True(AckMessage.TryRead(ref reader, SuiteAlgorithms.For(suite), out AckMessage message));
        Assert.Equal(0x31323334u, message.AckedMessageId);
        Assert.Equal(notFound, message.NotFound);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Lookup(PeerSuite suite)
    {
        WireReader reader = Open(MessageVectors.Lookup, suite, PnrpMessageType.Lookup, 0x71727374);

        Assert.True(LookupMessage.TryRead(ref reader, SuiteAlgorithms.For(suite), out LookupMessage message));
        Assert.True(message.AcceptAny);
        Assert.Equal(128, message.Precision);
        Assert.Equal(ResolveCriteria.UpperBits, message.Criteria);
        Assert.Equal(ResolveReason.CacheMaintenance, message.Reason);
        Assert.Equal(First, message.Target);
        Assert.Equal(Second, message.ValidateId);
        AssertEntry(message.BestMatch, Address1);
        Assert.Equal(2, message.Path.Count);
        Assert.Equal(new PnrpEndpoint(Address2, 3540), message.Path[0]);
        Assert.Equal(new PnrpEndpoint(Mapped, 65535), message.Path[1]);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Lookup_without_best_match(PeerSuite suite)
    {
        WireReader reader = Open(MessageVectors.LookupWithoutBestMatch, suite, PnrpMessageType.Lookup, 0x71727374);

        Assert.True(LookupMessage.TryRead(ref reader, SuiteAlgorithms.For(suite), out LookupMessage message));
        Assert.False(message.AcceptAny);
        Assert.Equal(ResolveCriteria.AnyPeerName, message.Criteria);
        Assert.Equal(ResolveReason.AppRequest, message.Reason);
        Assert.Equal(default, message.ValidateId);
        Assert.Null(message.BestMatch);
        Assert.Equal(1, message.Path.Count);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Authority_buffer(PeerSuite suite)
    {
        SuiteAlgorithms algorithms = SuiteAlgorithms.For(suite);
        byte[] bytes = MessageVectors.Bytes(MessageVectors.Buffer, algorithms);
        var reader = new WireReader(bytes);

        Assert.True(AuthorityBuffer.TryRead(ref reader, algorithms, out AuthorityBuffer buffer));
        Assert.Equal(AuthorityFlags.LeafSet | AuthorityFlags.Busy | AuthorityFlags.NotFound, buffer.Flags);
        Assert.Equal(Convert.FromHexString("3003020101"), buffer.CertificateChain);
        Assert.True(buffer.HasClassifier);
        Assert.True(PeerText.TryDecode(buffer.Classifier, isUtf8: false, out string? classifier));
        Assert.Equal("a€b", classifier);
        Assert.Equal("XP"u8, buffer.ExtendedPayload);
        AssertEntry(buffer.RouteEntry, Address1);
        Assert.Equal("CPA"u8, buffer.Cpa);
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(Datagrams.Write(buffer, algorithms)));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Authority_buffer_without_parts(PeerSuite suite)
    {
        SuiteAlgorithms algorithms = SuiteAlgorithms.For(suite);
        byte[] bytes = MessageVectors.Bytes(MessageVectors.BufferWithoutParts, algorithms);
        var reader = new WireReader(bytes);

        Assert.True(AuthorityBuffer.TryRead(ref reader, algorithms, out AuthorityBuffer buffer));
        Assert.Equal(AuthorityFlags.None, buffer.Flags);
        Assert.False(buffer.HasClassifier);
        Assert.Null(buffer.RouteEntry);
        Assert.True(buffer.Cpa.IsEmpty);
        Assert.Equal(bytes, Datagrams.Write(buffer, algorithms));
    }

    private static WireReader Open(string vector, PeerSuite suite, PnrpMessageType type, uint messageId)
    {
        SuiteAlgorithms algorithms = SuiteAlgorithms.For(suite);
        var reader = new WireReader(MessageVectors.Bytes(vector, algorithms));
        Assert.Equal(PnrpHeaderStatus.Ok, PnrpHeader.TryRead(ref reader, algorithms, out PnrpHeader header));
        Assert.Equal(new PnrpHeader(type, messageId), header);
        return reader;
    }

    private static void AssertEntry(RouteEntry? entry, params Bits128[] addresses)
    {
        Assert.NotNull(entry);
        Assert.Equal(First, entry.Id);
        Assert.Equal(3540, entry.Port);
        Assert.Equal(addresses, Enumerable.Range(0, entry.AddressCount).Select(i => entry[i]));
    }

    private static PnrpId Id(string p2pId, string location) => new(Number(p2pId), Number(location));

    private static Bits128 Number(string hex) =>
        UInt128.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
