using System.Globalization;
using PeerNet.Engine.NameService.Protocol;
using PeerNet.Engine.NameService.Protocol.Messages;

namespace PeerNet.Engine.Tests.NameService.Protocol;

public sealed class NameServerLimitsTests
{
    private static readonly byte[] ClientCookie = [1, 2, 3, 4, 5, 6, 7, 8];
    private static readonly FoundName Many = LoneServer.Registration(
        [.. Enumerable.Range(1, 12).Select(i => string.Create(CultureInfo.InvariantCulture, $"[2001:db8::{i}]:80"))]);

    private readonly LoneServer _server = new();

    [Fact]
    public void A_datagram_is_three_times_as_long_as_its_question_at_most()
    {
        _server.AskFound("printer.pnrp.net", DnsType.Aaaa, Many);
        foreach (QuestionSource source in new[] { LoneServer.Here, LoneServer.Elsewhere })
        {
            foreach (DnsType type in new[] { DnsType.Aaaa, DnsType.A, DnsType.Txt, DnsType.Srv, DnsType.Any, DnsType.Soa })
            {
                foreach (string name in new[] { "printer.pnrp.net", "pnrp.net", "example.com", "_a._tcp.printer.pnrp.net" })
                {
                    int question = DnsQuestion.Write(name, type, 4096).Length;
                    Assert.InRange(_server.Ask(name, type, source, 4096)!.Length, 12, 3 * question);
                }
            }
        }

        DnsReply reply = _server.Ask("printer.pnrp.net", DnsType.Aaaa)!;
        Assert.True(reply.IsTruncated);
        Assert.Empty(reply.Answers);
    }

    [Fact]
    public void Who_shows_by_a_cookie_that_he_receives_gets_all_of_it()
    {
        _server.AskFound("printer.pnrp.net", DnsType.Aaaa, Many);
        DnsReply first = _server.Ask("printer.pnrp.net", DnsType.Aaaa, LoneServer.Elsewhere, cookie: ClientCookie)!;
        Assert.True(first.IsTruncated);
        Assert.Equal(ClientCookie, first.Cookie[..8]);
        Assert.Equal(24, first.Cookie.Length);
        DnsReply second = _server.Ask("printer.pnrp.net", DnsType.Aaaa, LoneServer.Elsewhere, cookie: first.Cookie)!;
        Assert.Equal(12, second.Answers.Count);
        Assert.False(second.IsTruncated);
    }

    [Fact]
    public void A_cookie_is_good_for_one_asker_at_one_address_and_an_hour()
    {
        _server.AskFound("printer.pnrp.net", DnsType.Aaaa, Many);
        byte[] cookie = _server.Ask("printer.pnrp.net", DnsType.Aaaa, LoneServer.Elsewhere, cookie: ClientCookie)!.Cookie;
        Assert.False(IsCut(cookie, LoneServer.Elsewhere));
        Assert.True(IsCut(cookie, LoneServer.From("192.0.2.8")));
        for (int i = 0; i < cookie.Length; i++)
        {
            byte[] forged = [.. cookie];
            forged[i] ^= 1;
            Assert.True(IsCut(forged, LoneServer.Elsewhere), $"byte {i}");
        }

        _server.Pass(3601);
        Assert.Null(_server.Ask("printer.pnrp.net", DnsType.Aaaa, LoneServer.Elsewhere, cookie: cookie));
        Assert.True(_server.Found(Many)[0].Reply.IsTruncated);
    }

    [Fact]
    public void A_secret_serves_for_a_day_and_its_cookies_for_an_hour_more()
    {
        _server.AskFound("printer.pnrp.net", DnsType.Aaaa, Many);
        CookieAfter(seconds: 0);
        byte[] last = CookieAfter((24 * 3600) - 10);
        CookieAfter(seconds: 20);
        Assert.False(IsCut(last, LoneServer.Elsewhere));
    }

    [Fact]
    public void By_a_connection_comes_all_of_it()
    {
        _server.AskFound("printer.pnrp.net", DnsType.Aaaa, Many);
        Assert.Equal(12, _server.Ask("printer.pnrp.net", DnsType.Aaaa, LoneServer.From("192.0.2.7", 1), datagram: 0)!.Answers.Count);
    }

    [Fact]
    public void Even_the_longest_name_has_an_answer()
    {
        string label = new('a', 63);
        string name = $"{label}.{label}.{label}.{new string('b', 43)}.pnrp.net";
        DnsReply reply = _server.Ask("_s._tcp." + name, DnsType.Srv)!;
        Assert.Equal(DnsCode.NameError, reply.Code);
    }

    [Fact]
    public void A_stranger_gets_so_much_and_no_more_and_others_get_theirs()
    {
        int answered = 0;
        for (int i = 0; i < 5000; i++)
        {
            answered += _server.Ask("pnrp.net", DnsType.Soa, LoneServer.From($"2001:db8:0:1::{i:x}")) is null ? 0 : 1;
        }

        Assert.InRange(answered, 100, 1000);
        Assert.Equal(5000 - answered, _server.Machine.Counters.Limited);
        Assert.NotNull(_server.Ask("pnrp.net", DnsType.Soa, LoneServer.From("2001:db8:0:2::1")));
        for (int i = 0; i < 5000; i++)
        {
            Assert.NotNull(_server.Ask("pnrp.net", DnsType.Soa));
        }

        _server.Pass(60);
        Assert.NotNull(_server.Ask("pnrp.net", DnsType.Soa, LoneServer.From("2001:db8:0:1::1")));
    }

    [Fact]
    public void One_source_does_not_take_all_searches()
    {
        for (int i = 0; i < 500; i++)
        {
            _server.Ask($"n{i}.pnrp.net", DnsType.A, LoneServer.Elsewhere);
        }

        Assert.Equal(DnsLimits.MaximumSearchesEach, _server.Searches.Count);
        Assert.Null(_server.Ask("other.pnrp.net"));
        DnsReply refused = _server.Ask("one-more.pnrp.net", DnsType.A, LoneServer.Elsewhere)!;
        Assert.Equal((DnsCode.ServerFailure, DnsReason.Other), (refused.Code, refused.Reason));
        _server.Nobody();
        Assert.Null(_server.Ask("one-more.pnrp.net", DnsType.A, LoneServer.Elsewhere));
    }

    [Fact]
    public void A_source_that_searches_all_day_leaves_others_their_turn()
    {
        int begun = 0;
        for (int i = 0; i < 3000; i++)
        {
            _server.Ask($"n{i}.pnrp.net", DnsType.A, LoneServer.Elsewhere);
            if (_server.Searches.Count > 0)
            {
                begun++;
                _server.Nobody();
            }
        }

        Assert.InRange(begun, DnsLimits.SearchBurst / 2, DnsLimits.SearchBurst);
        Assert.Null(_server.Ask("other.pnrp.net"));
    }

    [Fact]
    public void Who_asks_the_same_again_and_again_waits_a_few_times_only()
    {
        for (int i = 0; i < 1000; i++)
        {
            _server.Ask("printer.pnrp.net");
        }

        Assert.Equal(DnsLimits.MaximumWaitingEach, _server.Machine.Waiting);
        Assert.Equal(DnsLimits.MaximumWaitingEach, _server.Found(Many).Count);
    }

    [Fact]
    public void Names_that_were_asked_for_are_remembered_up_to_a_bound()
    {
        for (int i = 0; i < DnsLimits.MaximumNames + 100; i++)
        {
            _server.Pass(0.1);
            Assert.Null(_server.Ask($"n{i}.pnrp.net"));
            _server.Found(Many);
        }

        Assert.InRange(_server.Machine.Names, 500, DnsLimits.MaximumNames);
    }

    private byte[] CookieAfter(double seconds)
    {
        _server.Pass(seconds);
        DnsReply reply = _server.Ask("printer.pnrp.net", DnsType.Aaaa, LoneServer.Elsewhere, cookie: ClientCookie)
            ?? _server.Found(Many)[0].Reply;
        return reply.Cookie;
    }

    private bool IsCut(byte[] cookie, QuestionSource source) =>
        _server.Ask("printer.pnrp.net", DnsType.Aaaa, source, cookie: cookie)!.IsTruncated;
}
