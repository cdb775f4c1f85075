namespace PeerNet.Benchmarks.Collaboration;

/// <summary>What a node that is signed in costs while nothing happens: its share of a processor, with connections to
/// everybody. All are in this process; the cost is divided by the ends of connections.</summary>
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
        TimeSpan before = Environment.CpuUsage.TotalTime;
        await Task.Delay(Time);
        double share = (Environment.CpuUsage.TotalTime - before) / Time / 2;
        (long framesAfter, long bytesAfter) = await CountAsync(person);

        yield return new("connections", links, "", contacts);
        yield return FigureRow.WithGoal("processor, of one core", 100 * share, "%", WantedShare);
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
