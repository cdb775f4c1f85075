using PeerNet.Engine.NameService.Protocol;
using PeerNet.Engine.NameService.Protocol.Messages;

namespace PeerNet.Engine.Tests.NameService.Protocol;

public sealed class NameServerMachineTests
{
    private const string Authority = "0123456789abcdef0123456789abcdef01234567";
    private const string Soa = "pnrp.net. 5 Soa pnrp.net. nobody.invalid. 1 3600 1200 604800 5";

    private readonly LoneServer _server = new();

    [Fact]
    public void A_name_is_searched_for_and_its_addresses_are_told()
    {
        DnsReply reply = _server.AskFound("printer.pnrp.net", DnsType.A, LoneServer.Registration("192.0.2.1:631", "[2001:db8::1]:631"));
        Assert.Equal(DnsCode.NoError, reply.Code);
        Assert.True(reply.IsAuthoritative);
        Assert.False(reply.OffersRecursion);
        Assert.Equal(DnsQuestion.Number, reply.Id);
        Assert.Equal(["printer.pnrp.net. 60 A 192.0.2.1"], reply.Answers);
        Assert.Equal(["printer.pnrp.net. 60 Aaaa 2001:db8::1"], _server.Ask("printer.pnrp.net", DnsType.Aaaa)!.Answers);
        Assert.Empty(_server.Searches);
    }

    [Fact]
    public void The_name_that_is_searched_for_is_the_one_of_the_host_name()
    {
        _server.Ask("printer.pnrp.net");
        _server.Ask($"printer.p{Authority}.pnrp.net");
        _server.Ask($"b.a.a{Authority[1..]}.pnrp.net");
        _server.Ask("xn--bcher-kva.pnrp.net");
        Assert.Equal(
            ["0.printer", $"{Authority}.printer", $"a{Authority[1..]}.b.a", "0.b\u00fccher"],
            _server.Searches.Select(search => search.Name.Value));
    }

    [Fact]
    public void All_who_ask_meanwhile_share_one_search()
    {
        Assert.Null(_server.Ask("printer.pnrp.net"));
        Assert.Null(_server.Ask("printer.pnrp.net", DnsType.Aaaa, LoneServer.Elsewhere));
        Assert.Null(_server.Ask("_ipp._tcp.printer.pnrp.net", DnsType.Srv));
        Assert.Single(_server.Searches);
        Assert.Equal(3, _server.Machine.Waiting);
        var replies = _server.Found(LoneServer.Registration("192.0.2.1:631"));
        Assert.Equal([LoneServer.Here, LoneServer.Elsewhere, LoneServer.Here], replies.Select(reply => reply.To));
        Assert.Equal([1, 0, 1], replies.Select(reply => reply.Reply.Answers.Count));
        Assert.Equal(0, _server.Machine.Waiting);
        Assert.Equal(TimeSpan.MaxValue, _server.Machine.NextDue);
    }

    [Fact]
    public void Letter_case_comes_back_as_it_was_asked()
    {
        DnsReply reply = _server.AskFound("pRInteR.PnRp.nEt", DnsType.A, LoneServer.Registration("192.0.2.1:631"));
        Assert.Equal("pRInteR.PnRp.nEt.", reply.Question);
        Assert.Equal(["pRInteR.PnRp.nEt. 60 A 192.0.2.1"], reply.Answers);
        Assert.Equal("0.printer", PeerNameOf(reply));
    }

    [Fact]
    public void A_name_that_nobody_has_in_lower_case_is_searched_for_as_it_was_written()
    {
        Assert.Null(_server.Ask("Printer.pnrp.net"));
        Assert.Empty(_server.Nobody());
        Assert.Equal("0.Printer", Assert.Single(_server.Searches).Name.Value);
        Assert.Equal(["Printer.pnrp.net. 60 A 192.0.2.1"], _server.Found(LoneServer.Registration("192.0.2.1:1"))[0].Reply.Answers);
        Assert.Equal(DnsCode.NameError, _server.Ask("printer.pnrp.net")!.Code);
        Assert.Single(_server.Ask("Printer.pnrp.net")!.Answers);
        Assert.Empty(_server.Searches);
    }

    [Fact]
    public void The_case_of_an_authority_makes_no_other_name()
    {
        Assert.Null(_server.Ask($"printer.P{Authority.ToUpperInvariant()}.PNRP.net"));
        Assert.Equal(DnsCode.NameError, Assert.Single(_server.Nobody()).Reply.Code);
        Assert.Empty(_server.Searches);
    }

    [Fact]
    public void Nobody_has_it_is_said_for_five_seconds()
    {
        Assert.Null(_server.Ask("printer.pnrp.net"));
        DnsReply reply = _server.Nobody()[0].Reply;
        Assert.Equal(DnsCode.NameError, reply.Code);
        Assert.True(reply.IsAuthoritative);
        Assert.Equal([Soa], reply.Authorities);
        _server.Pass(3);
        Assert.Equal([Soa.Replace("net. 5", "net. 2", StringComparison.Ordinal)], _server.Ask("printer.pnrp.net")!.Authorities);
        _server.Pass(2);
        Assert.Null(_server.Ask("printer.pnrp.net"));
        Assert.Single(_server.Searches);
    }

    [Fact]
    public void Nobody_could_be_asked_is_something_else_and_says_why()
    {
        Assert.Null(_server.Ask("printer.pnrp.net"));
        Assert.Null(_server.Ask("printer.pnrp.net", DnsType.A, LoneServer.Elsewhere));
        DnsReply[] replies = [.. _server.Failed("No other node is known.").Select(reply => reply.Reply)];
        Assert.All(replies, reply => Assert.Equal(DnsCode.ServerFailure, reply.Code));
        Assert.All(replies, reply => Assert.Equal(DnsReason.NoReachableAuthority, reply.Reason));
        Assert.Equal(["No other node is known.", ""], replies.Select(reply => reply.ReasonText));
        Assert.All(replies, reply => Assert.Empty(reply.Authorities));
        Assert.Equal(DnsCode.ServerFailure, _server.Ask("printer.pnrp.net")!.Code);
        _server.Pass(1);
        Assert.Null(_server.Ask("printer.pnrp.net"));
    }

    [Fact]
    public void What_a_name_does_not_have_is_not_the_name_that_is_not_there()
    {
        _server.AskFound("printer.pnrp.net", DnsType.A, LoneServer.Registration("192.0.2.1:631"));
        DnsReply reply = _server.Ask("printer.pnrp.net", DnsType.Aaaa)!;
        Assert.Equal(DnsCode.NoError, reply.Code);
        Assert.Empty(reply.Answers);
        Assert.Equal([Soa], reply.Authorities);
    }

    [Fact]
    public void Ports_are_told_for_the_protocol_that_is_asked_for()
    {
        FoundName found = LoneServer.Registration("192.0.2.1:631", "[2001:db8::1]:631") with { };
        var both = found with { Endpoints = [.. found.Endpoints, new(found.Endpoints[0].Address, 9, Engine.Pnrp.PeerProtocol.Udp)] };
        DnsReply reply = _server.AskFound("_Ipp._Tcp.Printer.pnrp.net", DnsType.Srv, both);
        Assert.Equal(["_Ipp._Tcp.Printer.pnrp.net. 60 Srv 0 0 631 Printer.pnrp.net."], reply.Answers);
        Assert.Equal(["Printer.pnrp.net. 60 A 192.0.2.1", "Printer.pnrp.net. 60 Aaaa 2001:db8::1"], reply.Additions);
        Assert.Equal(
            ["_discard._udp.printer.pnrp.net. 60 Srv 0 0 9 printer.pnrp.net."],
            _server.Ask("_discard._udp.printer.pnrp.net", DnsType.Srv)!.Answers);
        Assert.Equal(2, _server.Ask("printer.pnrp.net", DnsType.Srv)!.Answers.Count);
        Assert.Empty(_server.Ask("_ipp._tcp.printer.pnrp.net")!.Answers);
    }

    [Fact]
    public void A_text_says_whether_the_key_of_the_name_has_signed_and_what_its_owner_remarks()
    {
        FoundName one = LoneServer.Registration("192.0.2.1:1");
        DnsReply reply = _server.AskFound(
            "printer.pnrp.net", DnsType.Txt, one with { IsVerified = true, Comment = "Second fl\u00f6\u00f6r" }, one);
        Assert.Equal(
            ["printer.pnrp.net. 60 Txt \"verified\" \"Second fl\u00f6\u00f6r\"", "printer.pnrp.net. 60 Txt \"unverified\""],
            reply.Answers);
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(60, 60)]
    [InlineData(86_400, 60)]
    public void A_registration_is_told_for_its_rest_and_a_minute_at_most(int rest, int told)
    {
        DnsReply reply = _server.AskFound(
            "printer.pnrp.net",
            DnsType.A,
            LoneServer.Registration("192.0.2.1:1") with { Expires = _server.Now.Utc.AddSeconds(rest) },
            LoneServer.Registration("192.0.2.2:1"));
        Assert.All(reply.Answers, answer => Assert.Contains($" {told} A ", answer, StringComparison.Ordinal));
        _server.Pass(told - 1);
        Assert.Contains(" 1 A ", _server.Ask("printer.pnrp.net")!.Answers[0], StringComparison.Ordinal);
        _server.Pass(1);
        Assert.Null(_server.Ask("printer.pnrp.net"));
    }

    [Fact]
    public void A_registration_that_is_over_by_this_clock_is_told_to_who_waits_and_not_kept()
    {
        DnsReply reply = _server.AskFound(
            "printer.pnrp.net", DnsType.A, LoneServer.Registration("192.0.2.1:1") with { Expires = _server.Now.Utc.AddDays(-1) });
        Assert.Equal(["printer.pnrp.net. 0 A 192.0.2.1"], reply.Answers);
        Assert.Null(_server.Ask("printer.pnrp.net"));
    }

    [Fact]
    public void Addresses_of_a_link_are_not_told_nor_those_by_which_others_would_reach_themselves()
    {
        FoundName published = LoneServer.Registration("[fe80::1]:1", "127.0.0.1:1", "[::1]:1", "192.0.2.1:1", "224.0.0.1:1");
        Assert.Equal(["evil.pnrp.net. 60 A 192.0.2.1"], _server.AskFound("evil.pnrp.net", DnsType.A, published).Answers);
        Assert.Empty(_server.Ask("evil.pnrp.net", DnsType.Aaaa)!.Answers);
        FoundName own = published with { IsOfThisMachine = true };
        Assert.Equal(2, _server.AskFound("own.pnrp.net", DnsType.A, own).Answers.Count);
        Assert.Single(_server.Ask("own.pnrp.net", DnsType.Aaaa)!.Answers);
        Assert.Equal(["own.pnrp.net. 60 A 192.0.2.1"], _server.Ask("own.pnrp.net", DnsType.A, LoneServer.Elsewhere)!.Answers);
        Assert.Empty(_server.Ask("own.pnrp.net", DnsType.Aaaa, LoneServer.Elsewhere)!.Answers);
    }

    [Fact]
    public void A_question_waits_four_seconds_while_the_search_goes_on()
    {
        Assert.Null(_server.Ask("printer.pnrp.net"));
        _server.Pass(2);
        Assert.Null(_server.Ask("printer.pnrp.net", DnsType.Aaaa));
        DnsReply reply = Assert.Single(_server.Pass(2)).Reply;
        Assert.Equal((DnsType.A, DnsCode.ServerFailure), (reply.QuestionType, reply.Code));
        Assert.Equal(1, _server.Machine.Waiting);
        Assert.Null(_server.Ask("printer.pnrp.net"));
        Assert.Single(_server.Searches);
        Assert.Equal(2, _server.Found(LoneServer.Registration("192.0.2.1:1")).Count);
        Assert.Single(_server.Ask("printer.pnrp.net")!.Answers);
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("net")]
    [InlineData("")]
    [InlineData("xpnrp.net")]
    [InlineData("pnrp.net.example.com")]
    public void Other_zones_are_refused(string name)
    {
        DnsReply reply = _server.Ask(name)!;
        Assert.Equal(DnsCode.Refused, reply.Code);
        Assert.Equal(DnsReason.NotAuthoritative, reply.Reason);
        Assert.False(reply.IsAuthoritative);
        Assert.Empty(_server.Searches);
    }

    [Theory]
    [InlineData((int)DnsType.Any)]
    [InlineData((int)DnsType.Axfr)]
    [InlineData((int)DnsType.Ixfr)]
    public void Everything_at_once_is_refused(int type)
    {
        Assert.Equal(DnsCode.Refused, _server.Ask("printer.pnrp.net", (DnsType)type)!.Code);
        Assert.Empty(_server.Searches);
    }

    [Fact]
    public void The_zone_has_a_start_a_server_and_nothing_else()
    {
        Assert.Equal([Soa.Replace(" 5 Soa", " 60 Soa", StringComparison.Ordinal)], _server.Ask("pnrp.net", DnsType.Soa)!.Answers);
        Assert.Equal(["pnrp.net. 60 Ns pnrp.net."], _server.Ask("pnrp.net", DnsType.Ns)!.Answers);
        DnsReply nothing = _server.Ask("pnrp.net")!;
        Assert.Equal((DnsCode.NoError, 0), (nothing.Code, nothing.Answers.Count));
        Assert.Equal([Soa], nothing.Authorities);
    }

    [Theory]
    [InlineData("-a.pnrp.net")]
    [InlineData("a_b.pnrp.net")]
    [InlineData("_dmarc.pnrp.net")]
    [InlineData("_http._tcp.pnrp.net")]
    [InlineData("_http._sctp.printer.pnrp.net")]
    [InlineData("xn--a-.pnrp.net")]
    [InlineData("b\u00fccher.pnrp.net")]
    public void Names_that_no_peer_can_have_are_denied_without_a_search(string name)
    {
        DnsReply reply = _server.Ask(name)!;
        Assert.Equal(DnsCode.NameError, reply.Code);
        Assert.Equal([Soa], reply.Authorities);
        Assert.Empty(_server.Searches);
    }

    [Fact]
    public void Below_an_authority_there_may_be_names_so_it_is_not_denied()
    {
        Assert.Null(_server.Ask($"p{Authority}.pnrp.net"));
        Assert.Equal(Authority + ".", Assert.Single(_server.Searches).Name.Value);
        Assert.Equal(DnsCode.NoError, _server.Nobody()[0].Reply.Code);
    }

    [Fact]
    public void Other_classes_are_refused()
    {
        byte[] chaos = DnsQuestion.Write("version.bind", DnsType.Txt);
        chaos[^1] = 3;
        _server.Send(chaos, LoneServer.Here);
        Assert.Equal(DnsCode.Refused, _server.TakeReplies()[0].Reply.Code);
    }

    [Fact]
    public void What_is_no_question_gets_silence_and_ends_its_connection()
    {
        byte[] answer = DnsQuestion.Write("printer.pnrp.net", DnsType.A);
        answer[2] |= 0x80;
        _server.Send(answer, LoneServer.Here);
        _server.Send([1, 2, 3], LoneServer.Here);
        _server.Send(new byte[DnsQuery.MaximumLength + 1], LoneServer.Here);
        Assert.Empty(_server.TakeReplies());
        Assert.Empty(_server.Closed);
        _server.Send(answer, LoneServer.From("127.0.0.1", 7));
        Assert.Equal([7], _server.Closed);
        Assert.Equal(4, _server.Machine.Counters.Malformed);
    }

    [Fact]
    public void A_name_that_is_known_costs_no_memory_each_time()
    {
        _server.AskFound("printer.pnrp.net", DnsType.A, LoneServer.Registration("192.0.2.1:1", "192.0.2.2:1"));
        byte[] question = DnsQuestion.Write("pRinter.pnrp.net", DnsType.A, 1232);
        _server.Machine.Receive(_server.Now, LoneServer.Here, question);
        int answers = _server.Machine.TakeEffects().Count;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _server.Machine.Receive(_server.Now, LoneServer.Here, question);
            answers += _server.Machine.TakeEffects().Count;
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
        Assert.Equal(1001, answers);
    }

    private static string PeerNameOf(DnsReply reply) =>
        Engine.Identity.PeerName.ParseHostName(reply.Answers[0].Split(' ')[0].TrimEnd('.').ToLowerInvariant()).Value;
}
