using System.Runtime;

namespace PeerNet.Benchmarks.Collaboration;

/// <summary>What a node that is signed in costs while nothing happens: its share of a processor, with connections to
/// everybody. All are in this process; the cost is divided by the ends of connections. The just-in-time compiler, which is busy
/// with the start of so many for minutes and then with nothing, is told apart.</summary>
internal sealed class IdleFigure(int contacts) : IFigure
{
    private const double WantedShare = 0.1;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(70);

    public string Name => $"Idle with {contacts} contacts";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        await using RealPerson person = await RealPerson.StartAsync("person");
        List<RealPerson> others = [];
        for (int i = 0; i < contacts; i++)
        {
            RealPerson other = await RealPerson.StartAsync($"contact {i}");
            others.Add(other);
            await other.AddAsync(person, isWatched: true);
            await person.AddAsync(other, isWatched: true);
        }

        await Task.Delay(Settling);
        int links = await person.Runner.AskAsync((machine, _) => machine.Links.Count(link => link.IsUp));
        (long frames, long bytes) = await CountAsync(person);
        (TimeSpan before, TimeSpan compiledBefore) = (Environment.CpuUsage.TotalTime, JitInfo.GetCompilationTime());
        await Task.Delay(Time);
        double compiler = (JitInfo.GetCompilationTime() - compiledBefore) / Time / 2;
        double share = ((Environment.CpuUsage.TotalTime - before) / Time / 2) - compiler;
        (long framesAfter, long bytesAfter) = await CountAsync(person);

        yield return new("connections", links, "", contacts);
        yield return FigureRow.WithGoal("processor, of one core", 100 * share, "%", WantedShare);
        yield return new("compiler, of one core", 100 * compiler, "%", null);
        yield return new("batches sent a minute", (framesAfter - frames) / Time.TotalMinutes, "", null);
        yield return new("bytes sent a minute, before TLS", (bytesAfter - bytes) / Time.TotalMinutes, "B", null);
        foreach (RealPerson other in others)
        {
            await other.DisposeAsync();
        }
    }

    private static Task<(long Batches, long Bytes)> CountAsync(RealPerson person) =>
        person.Runner.AskAsync((machine, _) => (machine.Sent.Batches, machine.Sent.Bytes));
}
