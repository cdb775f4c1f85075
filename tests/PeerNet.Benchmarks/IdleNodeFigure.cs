using System.Globalization;
using System.Net;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Graphing;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Node;

namespace PeerNet.Benchmarks;

/// <summary>
/// What a node costs while nothing happens, beside the same process before: processor time, and how often a thread was woken.
/// Each service is started after the other; a row is what one of them adds.
/// </summary>
internal sealed class IdleNodeFigure : IFigure
{
    private const double WantedShare = 0.1;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(20);

    private static readonly (string Name, Func<PeerNode, Task> Start)[] Services =
    [
        ("node", _ => Task.CompletedTask),
        ("names", node => node.Pnrp.RegisterAsync(
            new() { Name = PeerName.Parse("0.idle"), Clouds = ["Loopback_"], Port = 80 }, CancellationToken.None)),
        ("graph", node => node.Graphs.CreateAsync(
            new()
            {
                GraphId = "idle",
                PeerId = "peer",
                Properties = new() { Scope = PeerGraphScope.Loopback },
                IsListening = true,
            },
            CancellationToken.None)),
        ("distribution", node => node.Distribution.ConfigureAsync(
            new() { Mode = PeerDistributionMode.Distributed }, CancellationToken.None)),
        ("sign-in", SignInAsync),
    ];

    public string Name => "idle-node";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("peernet-idle-");
        (double share, double switches) = await MeasureTimeAsync();
        yield return new("the process alone", 100 * share, "%", null);
        PeerNode node = await PeerNode.StartAsync(
            new() { Name = "idle", StatePath = folder.FullName, ListenAddresses = [IPAddress.Loopback] }, CancellationToken.None);
        try
        {
            foreach ((string name, Func<PeerNode, Task> start) in Services)
            {
                await start(node);
                (double nextShare, double nextSwitches) = await MeasureTimeAsync();
                yield return FigureRow.WithGoal(name + ", of one core", Math.Max(0, 100 * (nextShare - share)), "%", WantedShare);
                yield return new(name + ", threads woken", Math.Max(0, nextSwitches - switches), "Hz", null);
                (share, switches) = (nextShare, nextSwitches);
            }
        }
        finally
        {
            await node.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    private static async Task SignInAsync(PeerNode node)
    {
        node.Identities.Create("idle", null, node.Options.Suite, makeDefault: true, []);
        await node.Collaboration.SignInAsync(new() { Scope = PeerCollaborationScope.Internet }, CancellationToken.None);
    }

    private static async Task<(double Share, double Switches)> MeasureTimeAsync()
    {
        await Task.Delay(Settling);
        (TimeSpan processor, long switches) = (Environment.CpuUsage.TotalTime, CountSwitches());
        await Task.Delay(Time);
        return ((Environment.CpuUsage.TotalTime - processor) / Time, (CountSwitches() - switches) / Time.TotalSeconds);
    }

    // Threads that wait and are woken, all of the process; 0 where the system does not say. A thread that ends takes its own along.
    private static long CountSwitches()
    {
        const string Field = "voluntary_ctxt_switches:";
        return Directory.Exists("/proc/self/task")
            ? Directory.GetDirectories("/proc/self/task").Sum(thread => Read(Path.Combine(thread, "status")))
            : 0;

        static long Read(string path)
        {
            try
            {
                string line = File.ReadLines(path).First(line => line.StartsWith(Field, StringComparison.Ordinal));
                return long.Parse(line.AsSpan(Field.Length), CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // The thread has ended.
                return 0;
            }
        }
    }
}
