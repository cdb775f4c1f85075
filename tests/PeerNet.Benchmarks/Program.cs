using PeerNet.Benchmarks;
using PeerNet.Benchmarks.Collaboration;
using PeerNet.Benchmarks.Distribution;
using PeerNet.Benchmarks.Graphing;
using PeerNet.Benchmarks.Grouping;
using PeerNet.Benchmarks.NameService;
using PeerNet.Benchmarks.Pnrp;
using PeerNet.Benchmarks.Simulation;
using PeerNet.Engine.Distribution;

const string LengthOption = "--gib=";
const string RecordsOption = "--records=";
const string JsonOption = "--json";
const long Gibibyte = 1L << 30;

// The other side of a figure that needs two processes.
if (ServerProcess.IsFor(args))
{
    return await ServerProcess.RunAsync(args);
}

if (NewcomerProcess.IsFor(args))
{
    return await NewcomerProcess.RunAsync(args);
}

// How much content the figures of distribution move; 1 GiB where it is not said.
string? given = args.FirstOrDefault(arg => arg.StartsWith(LengthOption, StringComparison.Ordinal));
long length = given is null
    ? Gibibyte
    : Gibibyte * int.Parse(given.AsSpan(LengthOption.Length), System.Globalization.CultureInfo.InvariantCulture);

// A graph database of another size, which the whole run has not.
string? records = args.FirstOrDefault(arg => arg.StartsWith(RecordsOption, StringComparison.Ordinal));
var table = new FigureTable(Console.Out, args.Contains(JsonOption));
args = [.. args.Where(arg => arg != given && arg != records && arg != JsonOption)];

// One class a figure; a new one goes into this list. Arguments choose by part of the name, none means all.
IFigure[] figures =
[
    new LookupFigure(),
    new FloodFigure(),
    new CpaFigure(PeerNet.Engine.Security.PeerSuite.Modern),
    new CpaFigure(PeerNet.Engine.Security.PeerSuite.Windows),
    new CloudFigure(100),
    new CloudFigure(1_000),
    new CloudFigure(10_000),
    new ChurnFigure(1_000),
    new SplitFigure(200),
    new ColdResolveFigure(),
    new NameAnswersFigure(),
    new ColdNameFigure(),
    new CacheFigure(),
    new CacheOpenFigure(100_000),
    new CacheOpenFigure(1_000_000),
    new DiscoveryFigure(),
    new PublishFigure(length),
    new PublishManyFigure(1_000),
    new PublishManyFigure(10_000),
    new ReceiveFigure(length, PeerContentVersion.V1, isCached: false),
    new ReceiveFigure(length, PeerContentVersion.V2, isCached: true),
    new DefaultReceiveFigure(length),
    new TreeFigure(),
    new ServeFigure(),
    new ContentServerFigure(length),
    new SmallFilesFigure(),
    new ContentFigure(100),
    new RecordStoreFigure(),
    new GraphDatabaseFigure(100_000),
    new GraphDatabaseFigure(1_000_000),
    new GraphFigure(500),
    new TrafficFigure(),
    new HashSyncFigure(),
    new FloodingFigure(),
    new FloodTimeFigure(),
    new FloodRateFigure(),
    new NewcomerFigure(),
    new HandshakeFigure(),
    new JudgingFigure(),
    new GroupRateFigure(),
    new JoinFigure(),
    new GroupHealingFigure(200),
    new MemberCostFigure(2_000),
    new PeopleFigure(300, 50),
    new PresenceFigure(200),
    new InvitationFigure(),
    new IdleFigure(100),
    new IdleNodeFigure(),
    new GrowthFigure(),
];

if (records is not null)
{
    figures = [new GraphDatabaseFigure(int.Parse(records.AsSpan(RecordsOption.Length), System.Globalization.CultureInfo.InvariantCulture))];
}

IFigure[] chosen =
[
    .. figures.Where(figure => args.Length == 0
        || args.Any(part => figure.Name.Contains(part, StringComparison.OrdinalIgnoreCase))),
];
if (chosen.Length == 0)
{
    Console.Error.WriteLine($"No such figure. There are: {string.Join(", ", figures.Select(figure => figure.Name))}.");
    return 1;
}

#if DEBUG
Console.Error.WriteLine("This is a debug build: the figures say little. Use -c Release.");
#endif
table.WriteHead();
foreach (IFigure figure in chosen)
{
    await foreach (FigureRow row in figure.MeasureAsync())
    {
        table.Write(row);
    }
}

return 0;
