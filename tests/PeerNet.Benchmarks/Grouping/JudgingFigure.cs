using System.Diagnostics;
using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Tests.Simulation.Groups;

namespace PeerNet.Benchmarks.Grouping;

/// <summary>
/// Records of 1 KiB signed by 16 members, and judged by another one in batches as a connection brings them. The limit is
/// ECDSA over P-256 alone, with keys that are open already and hashes that are there: on one core, and on two at once.
/// </summary>
internal sealed class JudgingFigure : IFigure
{
    private const int Authors = 16;
    private const int Records = 1024;
    private const int BatchLength = 64;
    private const int Rounds = 12;
    private const double WantedShare = 0.8;

    private static readonly Guid Type = new("8e2f0f4a-53a6-4c3d-b9a5-6f6f1f0e7a11");

    private delegate void Work(int first, int last);

    public string Name => "Group judging";

    public IAsyncEnumerable<FigureRow> MeasureAsync() => Measure().ToAsyncEnumerable();

    private static IEnumerable<FigureRow> Measure()
    {
        using var group = new GroupSeed(seed: 1, DateTimeOffset.UtcNow);
        GroupSecurity[] authors = [.. Enumerable.Range(0, Authors).Select(number => group.Enroll($"author{number}"))];
        GroupSecurity judge = group.Enroll("judge");
        GraphRecord[] drafts = [.. Enumerable.Range(0, Records).Select(number => Draft(group, authors[number % Authors]))];
        GraphSecurityRecord[] unsigned = [.. drafts.Select(RecordQuestion.Describe)];
        byte[] hash = new byte[RecordDigest.Length];

        double[] signing = Measure(
            (first, last) => Each(first, last, i => authors[i % Authors].Key.SignHash(hash)),
            (first, last) => Each(first, last, i => authors[i % Authors].Sign(unsigned[i])));
        yield return new("raw signatures, one core", signing[0], "1/s", null);
        yield return new("sign records, one core", signing[1], "1/s", signing[0]);

        foreach (GroupSecurity author in authors)
        {
            judge.Learn(author.Own!.Chain, out _);
        }

        GraphSecurityRecord[] signed =
            [.. unsigned.Select((record, i) => record with { SecurityData = authors[i % Authors].Sign(record) })];
        RawVerifier raw = new(signed, authors);
        void Raw(int first, int last) => Each(first, last, raw.Verify);
        void Judge(int first, int last) => JudgeAll(judge, signed[first..last]);

        double[] judging = Measure(Raw, Judge, TwoOf(Raw), (first, last) => JudgeInBatches(judge, signed[first..last]));
        raw.Dispose();
        yield return new("raw verifications, one core", judging[0], "1/s", null);
        yield return new("judge records, one core", judging[1], "1/s", judging[0]);
        yield return FigureRow.WithGoal("judge records, one core, goal", judging[1], "1/s", WantedShare * judging[0]);
        yield return new("raw verifications, two cores", judging[2], "1/s", null);
        yield return new("judge batches, all cores", judging[3], "1/s", judging[2]);
        yield return FigureRow.WithGoal("judge batches, all cores, goal", judging[3], "1/s", WantedShare * judging[2]);
    }

    // The best of several rounds of each, in turn, so that all have the same weather.
    private static double[] Measure(params Work[] works)
    {
        double[] best = new double[works.Length];
        for (int round = 0; round <= Rounds; round++)
        {
            for (int i = 0; i < works.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                works[i](0, Records);
                double rate = Records / Stopwatch.GetElapsedTime(start).TotalSeconds;
                best[i] = round == 0 ? 0 : Math.Max(best[i], rate);
            }
        }

        return best;
    }

    private static Work TwoOf(Work work) => (first, last) => Parallel.Invoke(
        () => work(first, (first + last) / 2), () => work((first + last) / 2, last));

    private static void Each(int first, int last, Action<int> action)
    {
        for (int i = first; i < last; i++)
        {
            action(i);
        }
    }

    private static void JudgeAll(GroupSecurity judge, GraphSecurityRecord[] records)
    {
        foreach (GraphSecurityRecord record in records)
        {
            Require(judge.Judge(record) == GroupVerdict.Valid);
        }
    }

    private static void JudgeInBatches(GroupSecurity judge, GraphSecurityRecord[] records)
    {
        foreach (GraphSecurityRecord[] batch in records.Chunk(BatchLength))
        {
            Require(judge.Judge(batch, CancellationToken.None).All(verdict => verdict == GroupVerdict.Valid));
        }
    }

    private static void Require(bool isSo)
    {
        if (!isSo)
        {
            throw new InvalidOperationException("A record is not valid.");
        }
    }

    private static GraphRecord Draft(GroupSeed group, GroupSecurity author)
    {
        byte[] payload = new byte[1024];
        SystemRandomSource.Instance.Fill(payload);
        PeerTime now = author.PeerTime();
        return GroupRecords.Create(
            group.Name.Value, Type, author.Self.Value, payload, now, now + TimeSpan.FromHours(1), SystemRandomSource.Instance);
    }
}
