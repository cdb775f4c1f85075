using PeerNet.Engine.Tests.Vectors;

namespace PeerNet.Engine.Tests.Graphing.Protocol.Messages;

/// <summary>One message for each condition of MS-PPGRH 3.1.5 that it breaks: a vector, where in it, and what is there
/// instead.</summary>
public sealed class MalformedMessageTests
{
    [Theory]
    [InlineData("SyncEnd", 4, "11")] // version (3.1.5.2)
    [InlineData("SyncEnd", 5, "00")] // type
    [InlineData("SyncEnd", 5, "0F")]
    [InlineData("SyncEnd", 0, "0000000D")] // more than there is
    [InlineData("SyncEnd", 0, "0000000B")] // less
    [InlineData("SyncEnd", 0, "00000007")]
    [InlineData("AuthInfo", 8, "00")] // connection type (3.1.5.1.1)
    [InlineData("AuthInfo", 8, "03")]
    [InlineData("AuthInfo", 10, "000F")] // graph id within the fixed part
    [InlineData("AuthInfo", 10, "0017")] // at the source peer id
    [InlineData("AuthInfo", 12, "001F")] // source peer id at the destination's
    [InlineData("AuthInfo", 14, "0027")] // destination behind the end
    [InlineData("AuthInfo", 16, "00")] // empty graph id
    [InlineData("AuthInfo", 23, "00")] // empty source peer id
    [InlineData("AuthInfo", 31, "00")] // empty destination peer id
    [InlineData("AuthInfo", 37, "41")] // no NUL
    [InlineData("AuthInfo", 20, "FF")] // no UTF-8
    [InlineData("Connect", 9, "03")] // addresses beyond the name (3.1.5.2.1)
    [InlineData("Connect", 10, "0017")] // addresses within the fixed part
    [InlineData("Connect", 10, "FFFF")]
    [InlineData("Connect", 12, "0045")] // name behind the end
    [InlineData("Connect", 12, "003F")] // name within the addresses
    [InlineData("Connect", 24, "0002")] // AF_INET
    [InlineData("ConnectBare", 8, "08")] // an update without addresses
    [InlineData("Welcome", 24, "02")] // addresses beyond the peer id (3.1.5.2.2)
    [InlineData("Welcome", 28, "0037")] // peer id at the name
    [InlineData("Welcome", 28, "0033")] // peer id within the addresses
    [InlineData("Welcome", 30, "003C")] // name behind the end
    [InlineData("Welcome", 52, "00")] // empty peer id
    [InlineData("Refuse", 8, "00")] // error code (3.1.5.2.3)
    [InlineData("Refuse", 8, "05")]
    [InlineData("Refuse", 9, "03")]
    [InlineData("Refuse", 10, "000D")]
    [InlineData("Disconnect", 8, "00")] // reason (3.1.5.2.4)
    [InlineData("Disconnect", 8, "04")]
    [InlineData("Disconnect", 9, "FF")]
    [InlineData("SolicitNew", 8, "02")] // inclusion count (3.1.5.2.5)
    [InlineData("SolicitNew", 9, "01")] // both counts
    [InlineData("SolicitNew", 10, "000D")]
    [InlineData("SolicitNewAll", 9, "03")]
    [InlineData("SolicitTime", 8, "02")] // 3.1.5.2.6
    [InlineData("SolicitTime", 10, "0015")]
    [InlineData("SolicitHash", 12, "00000003")] // Hash Count, not Hash Entry Offset (3.1.5.2.7)
    [InlineData("SolicitHash", 12, "FFFFFFFF")]
    [InlineData("SolicitHash", 12, "06666667")] // times 40 is 24 more than 2^32
    [InlineData("SolicitHash", 16, "0015")]
    [InlineData("SolicitHash", 8, "01")] // types beyond the entries
    [InlineData("Advertise", 8, "00000002")] // 3.1.5.2.8
    [InlineData("Advertise", 8, "04EC4EC5")] // times 52 is 4 more than 2^32
    [InlineData("Advertise", 12, "00000003")]
    [InlineData("Advertise", 12, "0CCCCCCD")] // times 20 is 4 more than 2^32
    [InlineData("Advertise", 16, "0019")]
    [InlineData("Advertise", 16, "004D")] // boundaries behind the abstracts
    [InlineData("Advertise", 20, "0000004D")]
    [InlineData("Advertise", 20, "FFFFFFFF")]
    [InlineData("Request", 8, "00000002")] // 3.1.5.2.9
    [InlineData("Request", 8, "0CCCCCCD")]
    [InlineData("Request", 12, "00000011")]
    [InlineData("Request", 12, "80000000")]
    [InlineData("Flood", 8, "000B")] // 3.1.5.2.10
    [InlineData("Flood", 8, "0096")]
    [InlineData("Flood", 10, "0001")] // Reserved2 must be zero here
    [InlineData("PointToPoint", 8, "0020")] // 3.1.5.2.13
    [InlineData("PointToPoint", 8, "001B")] // within the data type
    [InlineData("Ack", 8, "0003")] // 3.1.5.2.12
    [InlineData("Ack", 10, "000D")]
    public void A_message_that_breaks_a_condition_is_not_read(string name, int offset, string instead)
    {
        byte[] bytes = HexVector.Parse(GraphVectors.Messages[name]);
        Assert.NotNull(MessageBytes.Rewrite(bytes));

        Convert.FromHexString(instead).CopyTo(bytes, offset);

        Assert.Null(MessageBytes.Rewrite(bytes));
    }

    // MS-PPGRH 2.2.2: reserved fields are ignored on receipt.
    [Theory]
    [InlineData("Connect", 6, "FFFF")]
    [InlineData("Connect", 8, "F3")]
    [InlineData("Welcome", 25, "01")]
    [InlineData("SolicitHash", 18, "FFFF")]
    [InlineData("SyncEnd", 8, "FF")]
    public void Reserved_fields_are_ignored(string name, int offset, string instead)
    {
        byte[] bytes = HexVector.Parse(GraphVectors.Messages[name]);
        byte[] golden = [.. bytes];
        Convert.FromHexString(instead).CopyTo(bytes, offset);

        Assert.Equal(golden, MessageBytes.Rewrite(bytes));
    }

    // A REQUEST of 16 bytes is what the fields alone make; MS-PPGRH 3.1.5.2.9 takes 20 at least.
    [Fact]
    public void A_request_for_nothing_is_read_as_it_comes_and_written_padded() => Assert.Equal(
        HexVector.Parse("00000014 100A0000 00000000 00000010 00000000"),
        MessageBytes.Rewrite(HexVector.Parse("00000010 100A0000 00000000 00000010")));
}
