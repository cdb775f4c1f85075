using System.Text;
using PeerNet.Engine.NameService.Protocol.Messages;

namespace PeerNet.Engine.Tests.NameService.Protocol.Messages;

public sealed class DnsAnswerTests
{
    private static readonly byte[] Cookie = [.. Enumerable.Range(1, 24).Select(i => (byte)i)];

    [Fact]
    public void The_bytes_of_an_answer_are_those_of_the_specification()
    {
        byte[] written = Write(DnsQueryTests.DigPlain, 512, static (ref DnsAnswer answer) =>
        {
            answer.Answer(DnsAnswer.NameOfQuestion, DnsType.Aaaa, 60, [0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
            return answer.Finish(DnsCode.NoError, isAuthoritative: true);
        });
        Assert.Equal(
            "ec4085000001000100000000077072696e74657204706e7270036e657400001c0001"
            + "c00c001c00010000003c001020010db8000000000000000000000001",
            Convert.ToHexStringLower(written));
    }

    [Fact]
    public void Options_carry_the_cookie_the_upper_half_of_the_code_and_the_reason()
    {
        var reply = new DnsReply(Write(DnsQueryTests.DigSrv, 512, static (ref DnsAnswer answer) =>
            answer.Finish(DnsCode.BadVersion, isAuthoritative: false, DnsReason.Other, "why"u8)));
        Assert.Equal(DnsCode.BadVersion, reply.Code);
        Assert.Equal(Cookie, reply.Cookie);
        Assert.Equal(0x8000, reply.OptionFlags);
        Assert.Equal((DnsReason.Other, "why"), (reply.Reason, reply.ReasonText));
        Assert.Equal("_http._tcp.Printer.pnrp.net.", reply.Question);
    }

    [Fact]
    public void Nobody_gets_options_who_has_none()
    {
        var reply = new DnsReply(Write(DnsQueryTests.DigPlain, 512, static (ref DnsAnswer answer) =>
            answer.Finish(DnsCode.Refused, isAuthoritative: false, DnsReason.Other, "why"u8)));
        Assert.False(reply.HasOptions);
        Assert.Equal(DnsQueryTests.DigPlain.Length / 2, reply.Length);
    }

    [Fact]
    public void An_answer_is_whole_or_says_that_it_is_not()
    {
        int question = DnsQueryTests.DigPlain.Length / 2;
        for (int limit = 0; limit < question + 100; limit++)
        {
            byte[] bytes = Write(DnsQueryTests.DigPlain, limit, static (ref DnsAnswer answer) =>
            {
                for (int i = 0; i < 3; i++)
                {
                    answer.Answer(DnsAnswer.NameOfQuestion, DnsType.Aaaa, 60, new byte[16]);
                }

                return answer.Finish(DnsCode.NoError, isAuthoritative: true);
            });
            var reply = new DnsReply(bytes);
            bool fits = limit >= question + (3 * 28);
            Assert.Equal(!fits, reply.IsTruncated);
            Assert.Equal(fits ? 3 : 0, reply.Answers.Count);
            Assert.InRange(bytes.Length, question, Math.Max(limit, question));
        }
    }

    [Fact]
    public void Of_a_reason_as_many_whole_characters_are_told_as_fit()
    {
        string text = string.Concat(Enumerable.Repeat("a\u00e4\u20ac", 30));
        for (int limit = 80; limit < 250; limit++)
        {
            byte[] bytes = Write(DnsQueryTests.DigA, limit, (ref DnsAnswer answer) =>
                answer.Finish(DnsCode.ServerFailure, isAuthoritative: false, DnsReason.Other, Encoding.UTF8.GetBytes(text)));
            var reply = new DnsReply(bytes);
            Assert.InRange(bytes.Length, limit - 2, limit);
            Assert.StartsWith(reply.ReasonText, text, StringComparison.Ordinal);
        }
    }

    private static byte[] Write(string question, int limit, Answers answers)
    {
        Assert.True(DnsQuery.TryRead(Convert.FromHexString(question), out DnsQuery query));
        byte[] buffer = new byte[DnsAnswer.MaximumLength];
        var answer = new DnsAnswer(query, Cookie, buffer, limit);
        return buffer[..answers(ref answer)];
    }

    private delegate int Answers(ref DnsAnswer answer);
}
