using System.Diagnostics;
using System.Globalization;
using PeerNet.Engine.Graphing.Protocol.Records;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Tests.Simulation.Groups;

namespace PeerNet.Benchmarks.Grouping;

/// <summary>
/// A group of many members of whom few are there: what it costs one more to join it, on the simulated network, and what a
/// node has to keep in memory for each member, whose Membership records are in its database beside that.
/// </summary>
internal sealed class MemberCostFigure(int members) : IFigure
{
    private const ulong Seed = 1;
    private const int Present = 12;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(5);

    public string Name => $"Group of {members} members";

    public IAsyncEnumerable<FigureRow> MeasureAsync() => Measure().ToAsyncEnumerable();

    private IEnumerable<FigureRow> Measure()
    {
        using SimulatedGroup group = GroupFigures.Populate(Present, administrators: 2, Seed);
        GraphRecord[] records = [.. Enumerable.Range(0, members - Present).Select(number => Enroll(group, number))];
        group.Graph.RunFor(Patience);
        (long messages, long bytes) = Count(group, () => group.Graph.RunFor(Quiet));
        double quietSeconds = Quiet.TotalSeconds;

        TimeSpan before = group.Graph.Elapsed;
        long start = Stopwatch.GetTimestamp();
        SimulatedMember newcomer = null!;
        (long joinMessages, long joinBytes) = Count(group, () =>
        {
            newcomer = group.Join();
            group.Graph.RunUntil(() => newcomer.List().Count == members + 1 && newcomer.Node.Machine.IsReady, Patience);
        });
        double seconds = (group.Graph.Elapsed - before).TotalSeconds;
        TimeSpan wall = Stopwatch.GetElapsedTime(start);

        yield return new($"{Name}: join, simulated", seconds, "s", null);
        yield return new($"{Name}: join, all nodes at work", wall.TotalSeconds, "s", null);
        yield return new($"{Name}: join, messages", joinMessages - (messages * seconds / quietSeconds), "", null);
        yield return new($"{Name}: join, bytes", joinBytes - (bytes * seconds / quietSeconds), "bytes", records.Sum(Length));
        yield return new($"{Name}: not known to the newcomer", members + 1 - newcomer.List().Count, "", 0);
        yield return new($"{Name}: memory a member", MeasureMemory(group, records), "bytes", records.Average(Length));
    }

    // A member that is not there now; its Membership record is.
    private static GraphRecord Enroll(SimulatedGroup group, int number)
    {
        GroupSecurity security = group.Seed.Enroll(string.Create(CultureInfo.InvariantCulture, $"absent{number}"));
        GroupSecurity creator = group.Creator.Security;
        GraphRecord record = GroupMemberships.Make(
            security, security.Last!.Chain, current: null, creator.PeerTime(), group.Graph.Random);
        Require(creator.Judge(RecordQuestion.Describe(record)));
        group.Creator.Publish(record);
        return record;
    }

    private static (long Messages, long Bytes) Count(SimulatedGroup group, Action action)
    {
        (long messages, long bytes) = (group.Graph.MessagesSent, group.Graph.BytesSent);
        action();
        return (group.Graph.MessagesSent - messages, group.Graph.BytesSent - bytes);
    }

    private static double MeasureMemory(SimulatedGroup group, GraphRecord[] records)
    {
        using GroupSecurity security = group.Seed.Enroll("memory");
        Array.ForEach(records[..1], record => Require(security.Judge(RecordQuestion.Describe(record))));
        long before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (GraphRecord record in records)
        {
            GraphSecurityRecord copy = RecordQuestion.Describe(record);
            Require(security.Judge(copy with { Data = [.. copy.Data] }));
        }

        double held = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(security);
        return held / records.Length;
    }

    private static double Length(GraphRecord record) => RecordCodec.Encode(record).Length;

    private static void Require(GroupVerdict verdict)
    {
        if (verdict != GroupVerdict.Valid)
        {
            throw new InvalidOperationException($"The record is {verdict}.");
        }
    }
}
