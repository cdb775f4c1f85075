using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Node;
using PeerNet.Engine.Transport;

namespace PeerNet.Benchmarks.Pnrp;

/// <summary>
/// A cloud of real nodes on the loopback interface, each with a name: how long a node takes to resolve a name that it has
/// never resolved before, and to learn that there is no such name. The limit is one UDP round trip between bare sockets, measured
/// in the same run; ten of them are the goal.
/// </summary>
internal sealed class ColdResolveFigure : IFigure
{
    private const int Nodes = 32;
    private const int Resolves = 200;
    private const int RoundTrips = 2000;
    private const int WantedRoundTrips = 10;

    public string Name => "Cold resolve";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        double[] bare = MeasureRoundTrips();
        double limit = Percentile(bare, 0.5);
        yield return new("UDP round trip of bare sockets median", limit, "ms", null);
        double[] roundTrips = await MeasureRoundTripsAsync();
        yield return new("UDP round trip of the transport median", Percentile(roundTrips, 0.5), "ms", limit);

        await using var cloud = await RealCloud.StartAsync(Nodes);
        double[] found = await MeasureAsync(cloud, mustBeFound: true);
        yield return new($"{Name} of {Nodes} median", Percentile(found, 0.5), "ms", limit);
        yield return FigureRow.WithGoal($"{Name} of {Nodes} median, goal", Percentile(found, 0.5), "ms", WantedRoundTrips * limit);
        yield return new($"{Name} of {Nodes} p95", Percentile(found, 0.95), "ms", Percentile(bare, 0.95));

        double[] unknown = await MeasureAsync(cloud, mustBeFound: false);
        yield return new($"Unknown name in {Nodes} median", Percentile(unknown, 0.5), "ms", limit);
        yield return new($"Unknown name in {Nodes} p95", Percentile(unknown, 0.95), "ms", Percentile(bare, 0.95));
    }

    private static async Task<double[]> MeasureAsync(RealCloud cloud, bool mustBeFound)
    {
        // Every pair once: no node resolves a name for the second time.
        double[] times = new double[Resolves];
        for (int i = 0; i < Resolves; i++)
        {
            PeerNode node = cloud.Nodes[i % Nodes];
            PeerName name = mustBeFound ? cloud.Names[((i % Nodes) + 1 + (i / Nodes)) % Nodes] : RealCloud.Unknown(i);
            long start = Stopwatch.GetTimestamp();
            bool isFound = await RealCloud.ResolveAsync(node, name);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (isFound != mustBeFound)
            {
                throw new InvalidOperationException($"The resolve of {name} ended with {(isFound ? "a" : "no")} result.");
            }
        }

        return times;
    }

    private static double[] MeasureRoundTrips()
    {
        using var near = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var far = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        near.Client.Connect(far.Client.LocalEndPoint!);
        far.Client.Connect(near.Client.LocalEndPoint!);
        var echo = new Thread(() =>
        {
            byte[] buffer = new byte[200];
            for (int i = 0; i < RoundTrips; i++)
            {
                far.Client.Send(buffer, far.Client.Receive(buffer), SocketFlags.None);
            }
        });
        echo.Start();
        byte[] datagram = new byte[200];
        double[] times = new double[RoundTrips];
        for (int i = 0; i < RoundTrips; i++)
        {
            long start = Stopwatch.GetTimestamp();
            near.Client.Send(datagram);
            near.Client.Receive(datagram);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        echo.Join();
        return times;
    }

    private static async Task<double[]> MeasureRoundTripsAsync()
    {
        var network = new UdpNetwork();
        await using IDatagramTransport near = network.Open([IPAddress.Loopback], 0);
        await using IDatagramTransport far = network.Open([IPAddress.Loopback], 0);
        using var answers = new AnswerSink();
        near.Start(answers);
        far.Start(new EchoSink(far));
        var destination = DatagramAddress.From(new(IPAddress.Loopback, far.Port));
        byte[] datagram = new byte[200];
        double[] times = new double[RoundTrips];
        for (int i = 0; i < RoundTrips; i++)
        {
            long start = Stopwatch.GetTimestamp();
            near.Send(destination, datagram);
            await answers.NextAsync();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return times;
    }

    private static double Percentile(double[] values, double part)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)(part * (sorted.Length - 1))];
    }

    private sealed class EchoSink(IDatagramTransport transport) : IDatagramSink
    {
        public bool TryAccept(DatagramAddress source, byte[] buffer, int length)
        {
            transport.Send(source, buffer.AsSpan(0, length));
            return false;
        }
    }

    private sealed class AnswerSink : IDatagramSink, IDisposable
    {
        private readonly SemaphoreSlim _answers = new(0);

        public bool TryAccept(DatagramAddress source, byte[] buffer, int length)
        {
            _answers.Release();
            return false;
        }

        public Task NextAsync() => _answers.WaitAsync();

        public void Dispose() => _answers.Dispose();
    }
}
