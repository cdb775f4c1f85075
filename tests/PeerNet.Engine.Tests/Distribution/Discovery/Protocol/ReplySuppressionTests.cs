using System.Net;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Discovery.Protocol;
using PeerNet.Engine.Distribution.Discovery.Protocol.Messages;
using PeerNet.Engine.Tests.Distribution.Discovery.Protocol.Messages;

namespace PeerNet.Engine.Tests.Distribution.Discovery.Protocol;

public sealed class ReplySuppressionTests
{
    private static readonly SegmentId A = DiscoveryVectors.Id(1);
    private static readonly SegmentId B = DiscoveryVectors.Id(2);

    [Fact]
    public void Below_n_replies_every_probe_is_answered() =>
        Assert.Equal(100, AnswersOfHundred(After(full: 9, partial: 0)));

    [Fact]
    public void From_n_full_replies_on_no_probe_is_answered() =>
        Assert.Equal(0, AnswersOfHundred(After(full: 10, partial: 5)));

    [Fact]
    public void With_fewer_full_replies_among_n_a_third_of_the_probes_is_answered()
    {
        int answers = Enumerable.Range(0, 20).Sum(seed => AnswersOfHundred(After(full: 9, partial: 1, seed)));

        // 2000 probes, 0.33: 660, five standard deviations of 21.
        Assert.InRange(answers, 555, 765);
    }

    [Fact]
    public void A_repetition_does_not_get_another_chance()
    {
        MachineBench bench = After(full: 0, partial: 10);
        for (int i = 0; i < 50; i++)
        {
            bench.Answers.Clear();
            Probe probe = bench.Ask(A);
            bench.Advance(65);
            int answers = bench.Answers.Count;
            for (int repeat = 0; repeat < 10; repeat++)
            {
                bench.Ask(probe);
                bench.Advance(65);
            }

            Assert.Equal(11 * answers, bench.Answers.Count);
            bench.Advance(1000);
        }
    }

    [Fact]
    public void A_segment_that_is_not_common_is_offered_without_the_one_that_is()
    {
        MachineBench bench = After(full: 10, partial: 0);
        bench.Segments.Hold(B);

        bench.Ask(A, B);
        bench.Ask(new Probe { MessageId = "urn:p", Version = PeerContentVersion.V2, Segments = [A, B] });
        bench.Advance(65);

        Assert.Equal([B], Of(PeerContentVersion.V1).Segments.Select(segment => segment.Id));
        Assert.Equal(
            [SegmentAvailability.None, SegmentAvailability.Complete], Of(PeerContentVersion.V2).Availability.Take(2));

        ProbeMatch Of(PeerContentVersion version) =>
            Assert.Single(bench.Answers.Select(sent => sent.Answer.Matches[0]), match => match.Version == version);
    }

    [Fact]
    public void Complete_bits_of_version_2_are_full_replies()
    {
        MachineBench complete = Heard(SegmentAvailability.Complete);
        MachineBench partial = Heard(SegmentAvailability.Partial);

        Assert.Equal(0, AnswersOfHundred(complete));
        Assert.InRange(AnswersOfHundred(partial), 10, 60);

        static MachineBench Heard(SegmentAvailability availability)
        {
            var bench = new MachineBench();
            bench.Segments.Hold(A, held: 1, of: 1, version: PeerContentVersion.V2);
            bench.Search(PeerContentVersion.V2, A);
            Hear(bench, 10, peer => new()
            {
                Address = MachineBench.NewId(),
                Version = PeerContentVersion.V2,
                XAddrs = [peer],
                Availability = [availability],
            });
            bench.Advance(1000);
            return bench;
        }
    }

    [Fact]
    public void A_later_search_with_fewer_replies_or_time_makes_it_answer_again()
    {
        MachineBench searched = After(full: 10, partial: 0);
        searched.Search(PeerContentVersion.V1, A);
        searched.Advance(1000);
        MachineBench waited = After(full: 10, partial: 0);
        waited.Advance(DiscoveryLimits.SegmentLifetime.TotalMilliseconds);

        Assert.Equal(100, AnswersOfHundred(searched));
        Assert.Equal(100, AnswersOfHundred(waited));
    }

    [Fact]
    public void A_search_that_was_given_up_counts_what_it_has_heard()
    {
        MachineBench enough = GivenUpAfter(10);
        MachineBench few = After(full: 10, partial: 0);
        few.Cancel(few.Search(PeerContentVersion.V1, A));

        Assert.Equal(0, AnswersOfHundred(enough));
        Assert.Equal(0, AnswersOfHundred(few));

        static MachineBench GivenUpAfter(int replies)
        {
            var bench = new MachineBench();
            bench.Segments.Hold(A);
            int search = bench.Search(PeerContentVersion.V1, A);
            Hear(bench, replies, peer => V1(peer, 512));
            bench.Cancel(search);
            return bench;
        }
    }

    private static MachineBench After(int full, int partial, int seed = 1)
    {
        var bench = new MachineBench(seed: seed);
        bench.Segments.Hold(A);
        bench.Search(PeerContentVersion.V1, A);
        int heard = 0;
        Hear(bench, full + partial, peer => V1(peer, heard++ < full ? 512u : 511u));
        bench.Advance(1000);
        return bench;
    }

    private static ProbeMatch V1(IPEndPoint peer, uint blocks) => new()
    {
        Address = MachineBench.NewId(),
        Version = PeerContentVersion.V1,
        XAddrs = [peer],
        Segments = [new(A, blocks)],
    };

    private static void Hear(MachineBench bench, int replies, Func<IPEndPoint, ProbeMatch> match)
    {
        for (int i = 0; i < replies; i++)
        {
            var peer = new IPEndPoint(new IPAddress([192, 0, 2, (byte)(100 + i)]), 80);
            bench.Hear(bench.ReplyWith(match(peer)), new(peer.Address, 3702));
        }
    }

    private static int AnswersOfHundred(MachineBench bench)
    {
        int before = bench.Answers.Count;
        for (int i = 0; i < 100; i++)
        {
            bench.Ask(A);
            bench.Advance(100);
        }

        return bench.Answers.Count - before;
    }
}
