using System.Net;
using System.Text;
using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Tests.Pnrp.Protocol.Messages;

public sealed class SsdpMessageTests
{
    private const string Target = "urn:Microsoft Windows Peer Name Resolution Protocol: V5:IPV6:Global";

    private static readonly IPEndPoint Group = new(IPAddress.Parse("239.255.255.250"), 1900);

    private static bool TryRead(string text, out SsdpMessage? message) =>
        SsdpMessage.TryRead(Encoding.ASCII.GetBytes(text), out message);

    [Fact]
    public void A_search_is_written_as_UPnP_has_it()
    {
        var search = new SsdpMessage { Kind = SsdpKind.Search, Target = Target, MaximumWait = 1 };

        Assert.Equal(
            "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\n"
            + $"ST: {Target}\r\n\r\n",
            Encoding.ASCII.GetString(search.Write(Group)));
    }

    [Fact]
    public void An_answer_carries_the_address_in_mapped_form()
    {
        var answer = new SsdpMessage
        {
            Kind = SsdpKind.Response,
            Target = Target,
            ServiceName = "uuid:1::x",
            Location = new(IPAddress.Parse("192.0.2.7"), 3540),
        };

        Assert.Equal(
            $"HTTP/1.1 200 OK\r\nEXT:\r\nCACHE-CONTROL: max-age=1800\r\nST: {Target}\r\nUSN: uuid:1::x\r\n"
            + "AL: [::ffff:192.0.2.7]:3540\r\n\r\n",
            Encoding.ASCII.GetString(answer.Write(Group)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_written_is_read_back(int kind)
    {
        var message = new SsdpMessage
        {
            Kind = (SsdpKind)kind,
            Target = Target,
            MaximumWait = kind == (int)SsdpKind.Search ? 3 : 0,
            ServiceName = "uuid:1::x",
            Location = new(IPAddress.Parse("2001:db8::7"), 3540),
        };

        Assert.True(SsdpMessage.TryRead(message.Write(Group), out SsdpMessage? read));
        Assert.Equal(message, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nST: x\r\n\r\n")]
    [InlineData("M-SEARCH * HTTP/1.1\r\nST: x\r\n\r\n")]
    [InlineData("M-SEARCH * HTTP/1.1\r\nMAN: \"ssdp:discover\"\r\n\r\n")]
    [InlineData("HTTP/1.1 404 Not Found\r\nST: x\r\n\r\n")]
    [InlineData("NOTIFY * HTTP/1.1\r\nNTS: ssdp:other\r\nNT: x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon here\r\nST: x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nST: x\r\nst: y\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nST: x\r\nAL: example.org:3540\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nST: x\r\nAL: [2001:db8::1]:1024\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nST: x\r\nAL: [2001:db8::1]\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nST: x\r\nAL: 2001:db8::1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nST: x\r\nAL: [ff02::c]:3540\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nST: x\r\nAL: \r\n\r\n")]
    public void A_malformed_message_is_refused(string text) => Assert.False(TryRead(text, out _));

    [Fact]
    public void A_message_with_too_many_lines_or_bytes_is_refused()
    {
        string start = "HTTP/1.1 200 OK\r\nST: x\r\n";
        string lines = string.Concat(Enumerable.Range(0, 40).Select(i => $"H{i}: 1\r\n"));

        Assert.False(TryRead(start + lines + "\r\n", out _));
        Assert.False(TryRead(start + "LONG: " + new string('x', 2048) + "\r\n\r\n", out _));
        Assert.False(SsdpMessage.TryRead([.. Encoding.ASCII.GetBytes(start), 0xC3, 0xA4, 13, 10, 13, 10], out _));
    }

    [Fact]
    public void Mutated_messages_never_throw()
    {
        var random = new Random(7);
        byte[] original = new SsdpMessage
        {
            Kind = SsdpKind.Response,
            Target = Target,
            Location = new(IPAddress.Parse("2001:db8::7"), 3540),
        }.Write(Group);
        int read = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] mutated = original[..random.Next(original.Length + 1)];
            for (int j = random.Next(4); j > 0 && mutated.Length > 0; j--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            read += SsdpMessage.TryRead(mutated, out _) ? 1 : 0;
        }

        Assert.InRange(read, 1, 19_999);
    }
}
