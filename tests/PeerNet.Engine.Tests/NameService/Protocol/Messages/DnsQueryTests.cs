using System.Text;
using PeerNet.Engine.NameService.Protocol.Messages;

namespace PeerNet.Engine.Tests.NameService.Protocol.Messages;

public sealed class DnsQueryTests
{
    /// <summary>What dig 9.18 sends for <c>printer.pnrp.net A</c>: an OPT record with a cookie.</summary>
    internal const string DigA =
        "333e01200001000000000001077072696e74657204706e7270036e6574000001000100002904d000000000000c000a0008357646dd943befe0";

    /// <summary>The same without an OPT record, for AAAA.</summary>
    internal const string DigPlain = "ec4001200001000000000000077072696e74657204706e7270036e657400001c0001";

    /// <summary>With <c>+dnssec</c>, for <c>_http._tcp.Printer.pnrp.net SRV</c>.</summary>
    internal const string DigSrv =
        "26ec01200001000000000001055f68747470045f746370075072696e74657204706e7270036e6574000021000100002904d000008000000c000a"
        + "00080102030405060708";

    /// <summary>With <c>+edns=1</c>, for <c>pnrp.net SOA</c>.</summary>
    internal const string DigLater =
        "d92c0120000100000000000104706e7270036e6574000006000100002904d000010000000c000a0008b1b2691d32c3ddb6";

    [Theory]
    [InlineData(DigA, 0x333E, (int)DnsType.A, "printer.pnrp.net", 1232, 0, "357646dd943befe0")]
    [InlineData(DigPlain, 0xEC40, (int)DnsType.Aaaa, "printer.pnrp.net", 0, 0, "")]
    [InlineData(DigSrv, 0x26EC, (int)DnsType.Srv, "_http._tcp.Printer.pnrp.net", 1232, 0x8000, "0102030405060708")]
    public void What_dig_asks_is_read(string hex, int id, int type, string name, int datagram, int flags, string cookie)
    {
        Assert.True(DnsQuery.TryRead(Convert.FromHexString(hex), out DnsQuery query));
        Assert.Equal(DnsCode.NoError, query.Problem);
        Assert.Equal(id, query.Id);
        Assert.Equal((DnsType)type, query.Type);
        Assert.Equal(DnsQuery.Internet, query.Class);
        Assert.Equal(name, DnsName.ToText(query.Name));
        Assert.Equal(datagram > 0, query.Options.IsThere);
        Assert.Equal(datagram, query.Options.DatagramLength);
        Assert.Equal(flags, query.Options.Flags);
        Assert.Equal(cookie, Convert.ToHexStringLower(query.Options.ClientCookie));
        Assert.True(query.Options.ServerCookie.IsEmpty);
    }

    [Fact]
    public void A_version_of_options_that_is_to_come_is_told()
    {
        Assert.True(DnsQuery.TryRead(Convert.FromHexString(DigLater), out DnsQuery query));
        Assert.Equal(DnsCode.BadVersion, query.Problem);
        Assert.Equal("pnrp.net", DnsName.ToText(query.Name));
    }

    [Theory]
    [InlineData(DigA)]
    [InlineData(DigPlain)]
    [InlineData(DigSrv)]
    public void Part_of_a_question_is_a_bad_one_and_part_of_a_header_is_none(string hex)
    {
        byte[] whole = Convert.FromHexString(hex);
        for (int length = 0; length < whole.Length; length++)
        {
            bool isRead = DnsQuery.TryRead(whole.AsSpan(0, length), out DnsQuery query);
            Assert.Equal(length >= DnsQuery.HeaderLength, isRead);
            Assert.Equal(isRead ? DnsCode.FormatError : DnsCode.NoError, query.Problem);
        }
    }

    [Fact]
    public void Answers_get_silence()
    {
        byte[] answer = Convert.FromHexString(DigA);
        answer[2] |= 0x80;
        Assert.False(DnsQuery.TryRead(answer, out _));
    }

    [Fact]
    public void Other_operations_are_told_apart_from_nonsense()
    {
        byte[] update = Convert.FromHexString(DigA);
        update[2] |= 5 << 3;
        Assert.True(DnsQuery.TryRead(update, out DnsQuery query));
        Assert.Equal(DnsCode.NotImplemented, query.Problem);
    }

    [Theory]
    [InlineData("C00C", "a pointer at itself")]
    [InlineData("0161C00C", "a label, and a pointer back at it")]
    [InlineData("C00EC00C", "two pointers at each other")]
    [InlineData("4161", "a kind of label that never came to be")]
    public void A_name_of_a_question_has_nothing_to_point_at(string name, string what)
    {
        byte[] message = Convert.FromHexString($"000101000001000000000000{name}00010001");
        Assert.True(DnsQuery.TryRead(message, out DnsQuery query), what);
        Assert.Equal(DnsCode.FormatError, query.Problem);
    }

    [Fact]
    public void A_name_has_255_bytes_at_most()
    {
        string label = new('a', 63);
        string longest = $"{label}.{label}.{label}.{new string('a', 61)}";
        Assert.Equal(DnsCode.NoError, ProblemOf(DnsQuestion.Write(longest, DnsType.A)));
        Assert.Equal(DnsCode.FormatError, ProblemOf(DnsQuestion.Write(longest + "a", DnsType.A)));
    }

    [Fact]
    public void Records_that_mean_nothing_here_are_passed_over()
    {
        // An address record with a compressed name before the OPT record.
        byte[] message = Convert.FromHexString(
            DigA.Replace("000000000001", "000000000002", StringComparison.Ordinal)
                .Replace("0001000029", "0001" + "C00C0001000100000000000401020304" + "000029", StringComparison.Ordinal));
        Assert.True(DnsQuery.TryRead(message, out DnsQuery query));
        Assert.Equal(DnsCode.NoError, query.Problem);
        Assert.Equal(8, query.Options.ClientCookie.Length);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(15)]
    [InlineData(41)]
    public void A_cookie_has_one_of_the_lengths_of_cookies(int length) =>
        Assert.Equal(DnsCode.FormatError, ProblemOf(DnsQuestion.Write("a.pnrp.net", DnsType.A, 1232, new byte[length])));

    [Fact]
    public void Two_records_of_options_are_one_too_many()
    {
        byte[] one = DnsQuestion.Write("a.pnrp.net", DnsType.A, 1232);
        byte[] two = [.. one, .. one[^11..]];
        two[11] = 2;
        Assert.Equal(DnsCode.FormatError, ProblemOf(two));
    }

    [Fact]
    public void A_label_whose_text_would_mislead_has_none()
    {
        Assert.Equal("a-1.b_", DnsName.ToText("\u0003a-1\u0002b_\0"u8));
        Assert.Null(DnsName.ToText("\u0003a.b\0"u8));
        Assert.Null(DnsName.ToText(Encoding.Latin1.GetBytes("\u0001\u00e4\0")));
    }

    private static DnsCode ProblemOf(byte[] message)
    {
        Assert.True(DnsQuery.TryRead(message, out DnsQuery query));
        return query.Problem;
    }
}
