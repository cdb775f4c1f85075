using System.Globalization;
using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Vectors;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Tests.Pnrp.Protocol.Messages;

/// <summary>Golden datagrams with one thing wrong.</summary>
public class MalformedDatagramTests
{
    private static readonly SuiteAlgorithms Suite = SuiteAlgorithms.Windows;

    [Theory]
    [InlineData("Solicit", "0010 000C", "0010 000D", "header length")]
    [InlineData("Solicit", "51 VV", "52 VV", "identifier")]
    [InlineData("Solicit", "51 VV 00", "51 VV 01", "minor version")]
    [InlineData("Solicit", "51 VV 00", "51 03 00", "major version of no suite")]
    [InlineData("Solicit", "0044 0006", "0044 0007", "controls length")]
    [InlineData("Solicit", "00 01 0000", "00 02 0000", "unknown solicit type")]
    [InlineData("Solicit", "009A 003A", "009A 003B", "route entry length")]
    [InlineData("Solicit", "VV 00 0DD4", "VV 01 0DD4", "route entry version")]
    [InlineData("Solicit", "VV 00 0DD4", "VV 00 0400", "port 1024")]
    [InlineData("Solicit", "00 01                                    # Flags", "00 00 # Flags", "no address")]
    [InlineData("Solicit", "00 01                                    # Flags", "00 02 # Flags", "address count")]
    [InlineData("Solicit", "0000                                     # Padding2", "# Padding2", "no padding")]
    [InlineData("Solicit", "0092 0018", "0092 0017", "hashed nonce length")]
    [InlineData("Solicit", "0092 0018", "0093 0018", "other field")]
    [InlineData("Advertise", "0018 0008", "0018 000C", "acked length")]
    [InlineData("Advertise", "0060 004C", "0060 004B", "array length")]
    [InlineData("Advertise", "0002 0048", "0003 0048", "count")]
    [InlineData("Advertise", "0002 0048", "0002 0044", "inner length")]
    [InlineData("Advertise", "0030 0020", "0038 0020", "element type")]
    [InlineData("Advertise", "0030 0020", "0030 0040", "element length")]
    [InlineData("Request", "0093 0014", "0093 0010", "nonce length")]
    [InlineData("Request", "0001 0028", "7FFF 0028", "count beyond the datagram")]
    [InlineData("FloodRouteEntry", "0043 0007", "0043 0008", "controls length, though padded alike")]
    [InlineData("FloodRouteEntry", "0039 0024", "0038 0024", "order of the fields")]
    [InlineData("FloodRouteEntry", "0401 2001", "0400 2001", "port 1024 in the list")]
    [InlineData("FloodRevoke", "009C 0009", "009C 0004", "empty revoke")]
    [InlineData("FloodRevoke", "009C 0009", "009C 0003", "length below its own head")]
    [InlineData("FloodRevoke", "009C 0009", "009C FFFF", "length beyond the datagram")]
    [InlineData("Inquire", "0040 0006", "0040 0008", "flags length, though padded alike")]
    [InlineData("Inquire", "0093 0014", "0092 0014", "another field for the nonce")]
    [InlineData("Authority", "04AC 04A4", "04AC 04A5", "offset between fragments")]
    [InlineData("Authority", "04AC 04A4", "91E5 8D60", "buffer too large")]
    [InlineData("Authority", "04AC 04A4", "04AD 04A4", "short fragment that is not the last")]
    [InlineData("Authority", "0040 0006 0201 0000", "", "empty fragment")]
    [InlineData("AckNotFound", "0040 0006", "0040 0007", "flags length")]
    [InlineData("Lookup", "0045 000C", "0045 0008", "controls length")]
    [InlineData("Lookup", "08 02 0000", "03 02 0000", "criteria are values, not bits")]
    [InlineData("Lookup", "0002 0080", "0002 0101", "precision of more bits than an id has")]
    [InlineData("Lookup", "0DD4 2001", "0400 2001", "port 1024 in the path")]
    [InlineData("Lookup", "0002 002C", "0001 002C", "count")]
    [InlineData("Lookup", "009D 0012", "009D 0014", "element length")]
    public void A_datagram_with_one_fault_is_dropped(string vector, string right, string wrong, string fault)
    {
        string text = MessageVectors.All[vector];
        int at = text.IndexOf(right, StringComparison.Ordinal);
        Assert.True(at >= 0, fault);
        byte[] datagram = MessageVectors.Bytes(text[..at] + wrong + text[(at + right.Length)..], Suite);

        Assert.Null(Datagrams.Rewrite(datagram, Suite));
    }

    [Fact]
    public void An_unknown_type_is_told_apart()
    {
        var reader = new WireReader(MessageVectors.Bytes(
            MessageVectors.Ack.Replace("51 VV 00 09", "51 VV 00 05", StringComparison.Ordinal), Suite));

        Assert.Equal(PnrpHeaderStatus.UnknownType, PnrpHeader.TryRead(ref reader, Suite, out _));
    }

    [Fact]
    public void Trailing_bytes_are_rejected()
    {
        foreach ((string name, string vector) in MessageVectors.All)
        {
            byte[] datagram = [.. MessageVectors.Bytes(vector, Suite), 0];

            // What follows an AUTHORITY's fields is its buffer: one byte more reaches past the stated size.
            var reader = new WireReader(datagram.AsSpan(PnrpHeader.Length));
            bool rejected = Datagrams.Rewrite(datagram, Suite) is null
                || (AuthorityMessage.TryRead(ref reader, Suite, out AuthorityMessage authority) && authority.Overruns);
            Assert.True(rejected, name);
        }
    }

    [Fact]
    public void Reserved_bits_and_padding_are_ignored()
    {
        Assert.Equal(
            Convert.ToHexString(MessageVectors.Bytes(MessageVectors.Lookup, Suite)),
            Convert.ToHexString(Rewrite(MessageVectors.Lookup, ("0002 0080", "FFFF 0080"), ("08 02 0000", "08 02 FFFF"))));
        Assert.Equal(
            Convert.ToHexString(MessageVectors.Bytes(MessageVectors.FloodRevoke, Suite)),
            Convert.ToHexString(Rewrite(
                MessageVectors.FloodRevoke,
                ("0000 00 00 ", "FFFE FF FF "),
                ("000000                                   # Padding3", "FFFFFF # Padding3"))));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(22, true)]
    [InlineData(23, false)]
    public void A_lookup_path_has_1_to_22_entries(int count, bool legal)
    {
        byte[] datagram = Datagrams.Write(1, Suite, new LookupMessage { Path = Endpoints(count) });

        Assert.Equal(legal, Datagrams.Rewrite(datagram, Suite) is not null);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(22, true)]
    [InlineData(23, false)]
    public void An_already_flooded_list_has_0_to_22_entries(int count, bool legal)
    {
        byte[] datagram = Datagrams.Write(1, Suite, new FloodMessage { AlreadyFlooded = Endpoints(count) });

        Assert.Equal(legal, Datagrams.Rewrite(datagram, Suite) is not null);
    }

    [Theory]
    [InlineData(20, 20, true)]
    [InlineData(19, 21, false)]
    public void A_route_entry_has_at_most_20_addresses(int written, int stated, bool legal)
    {
        var entry = new RouteEntry(default, 3540, new Bits128[written]);
        byte[] datagram = Datagrams.Write(
            1, Suite, new SolicitMessage { RouteEntry = entry, HashedNonce = new byte[SuiteAlgorithms.HashLength] });

        // Header, controls, field head, id, version and port, flags: then the count.
        datagram[12 + 8 + 4 + 32 + 4 + 1] = (byte)stated;

        Assert.Equal(legal, Datagrams.Rewrite(datagram, Suite) is not null);
    }

    [Theory]
    [InlineData(149, true)]
    [InlineData(150, false)]
    public void A_classifier_has_at_most_149_code_units(int length, bool legal)
    {
        byte[] bytes = Datagrams.Write(
            new AuthorityBuffer { HasClassifier = true, Classifier = new byte[2 * length] }, Suite);
        var reader = new WireReader(bytes);

        Assert.Equal(legal, AuthorityBuffer.TryRead(ref reader, Suite, out _));
    }

    [Fact]
    public void An_authority_buffer_may_have_an_empty_classifier()
    {
        var reader = new WireReader(Datagrams.Write(new AuthorityBuffer { HasClassifier = true }, Suite));

        Assert.True(AuthorityBuffer.TryRead(ref reader, Suite, out AuthorityBuffer buffer));
        Assert.True(buffer.HasClassifier);
        Assert.True(buffer.Classifier.IsEmpty);
    }

    [Theory]
    [InlineData(AuthorityMessage.FragmentLength, true)]
    [InlineData(AuthorityMessage.FragmentLength + 1, false)]
    public void A_fragment_has_at_most_1188_bytes(int length, bool legal)
    {
        byte[] datagram = Datagrams.Write(
            1, Suite, new AuthorityMessage { Size = length, Buffer = new byte[length] });

        Assert.Equal(legal, Datagrams.Rewrite(datagram, Suite) is not null);
    }

    [Fact]
    public void A_buffer_of_37349_bytes_is_rejected()
    {
        byte[] bytes = Datagrams.Write(
            new AuthorityBuffer { CertificateChain = new byte[AuthorityBuffer.MaximumLength - 12] }, Suite);
        var longest = new WireReader(bytes);
        var tooLong = new WireReader([.. bytes, 0]);

        Assert.Equal(AuthorityBuffer.MaximumLength, bytes.Length);
        Assert.True(AuthorityBuffer.TryRead(ref longest, Suite, out _));
        Assert.False(AuthorityBuffer.TryRead(ref tooLong, Suite, out _));
    }

    [Fact]
    public void The_longest_id_list_that_is_sent_fits_a_datagram()
    {
        var ids = new PnrpId[PnrpIdList.MaximumCount];
        byte[] datagram = Datagrams.Write(1, Suite, new AdvertiseMessage
        {
            Ids = PnrpIdList.From(ids, new byte[ids.Length * PnrpId.WireLength]),
            HashedNonce = new byte[SuiteAlgorithms.HashLength],
        });

        Assert.InRange(datagram.Length, PnrpDatagram.MaximumLength - PnrpId.WireLength + 1, PnrpDatagram.MaximumLength);
        Assert.NotNull(Datagrams.Rewrite(datagram, Suite));
    }

    private static byte[] Rewrite(string vector, params (string Old, string New)[] changes)
    {
        foreach ((string old, string @new) in changes)
        {
            Assert.Contains(old, vector, StringComparison.Ordinal);
            vector = vector.Replace(old, @new, false, CultureInfo.InvariantCulture);
        }

        byte[]? written = Datagrams.Rewrite(MessageVectors.Bytes(vector, Suite), Suite);
        Assert.NotNull(written);
        return written;
    }

    private static PnrpEndpointList Endpoints(int count)
    {
        var endpoints = new PnrpEndpoint[count];
        Array.Fill(endpoints, new PnrpEndpoint(1, 3540));
        return PnrpEndpointList.From(endpoints, new byte[count * PnrpEndpoint.WireLength]);
    }
}
