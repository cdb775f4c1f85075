using PeerNet.Engine.Tests.Simulation.Content;

namespace PeerNet.Benchmarks.Simulation;

/// <summary>The same content for all clients of a link, of which some lie, are slow or crash, and datagrams get lost.</summary>
internal sealed class ContentFigure(int clients) : IFigure
{
    private const ulong Seed = 1;

    public string Name => $"Content for {clients} clients";

    public IAsyncEnumerable<FigureRow> MeasureAsync() => Measure().ToAsyncEnumerable();

    private IEnumerable<FigureRow> Measure()
    {
        foreach (string scenario in new[] { "crowd", "everything" })
        {
            ContentFigures figures = ContentFigures.Measure(ContentScenario.Get(scenario, clients), Seed);
            yield return new FigureRow($"{Name}, {scenario}: without the right bytes", figures.IsWhole ? 0 : 1, "", 0);
            yield return new FigureRow($"{Name}, {scenario}: from the origin", 100 * figures.OriginShare, "%", 100);
            yield return new FigureRow($"{Name}, {scenario}: datagrams each", figures.DatagramsEach, "", null);
            yield return new FigureRow($"{Name}, {scenario}: a download, median", figures.Median, "s", null);
            yield return new FigureRow($"{Name}, {scenario}: all done", figures.Seconds, "s", null);
        }
    }
}
