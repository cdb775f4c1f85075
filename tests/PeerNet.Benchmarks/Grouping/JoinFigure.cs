using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using PeerNet.Benchmarks.Graphing;
using PeerNet.Engine.Node;
using PeerNet.Engine.Tests.Simulation.Groups;

namespace PeerNet.Benchmarks.Grouping;

/// <summary>
/// From the call that takes an invitation to a member who has found another one, is authenticated and has the database, on
/// the loopback interface, where names need not be looked for. Beside it a bare TLS connection with one round trip,
/// and joining a graph without security, which makes a database as well.
/// </summary>
internal sealed class JoinFigure : IFigure
{
    private const int Warm = 3;
    private const int Joins = 30;

    public string Name => "Joining a group";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        await using RealGraph graph = await RealGraph.StartAsync(1);
        await using RealGroup group = await RealGroup.StartAsync(1);
        using var members = new GroupSeed(seed: 2, DateTimeOffset.UtcNow);
        SslStreamCertificateContext first = BareTls.CreateContext(members.Enroll("first"));
        SslStreamCertificateContext second = BareTls.CreateContext(members.Enroll("second"));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        List<double> bare = [];
        List<double> plain = [];
        List<double> joins = [];
        for (int i = 0; i < Warm + Joins; i++)
        {
            double connect = await ConnectBareAsync(listener, first, second);
            double unsecured = await JoinAsync(graph, i);
            double join = await JoinAsync(group);
            if (i >= Warm)
            {
                bare.Add(connect);
                plain.Add(unsecured);
                joins.Add(join);
            }
        }

        bare.Sort();
        plain.Sort();
        joins.Sort();
        yield return new("bare TLS and a round trip, median", Percentile(bare, 0.5), "ms", null);
        yield return new("bare TLS and a round trip, p95", Percentile(bare, 0.95), "ms", null);
        yield return new("join a graph without security, median", Percentile(plain, 0.5), "ms", Percentile(bare, 0.5));
        yield return new("join a graph without security, p95", Percentile(plain, 0.95), "ms", Percentile(bare, 0.95));
        yield return new("join by invitation, median", Percentile(joins, 0.5), "ms", Percentile(bare, 0.5));
        yield return new("join by invitation, p95", Percentile(joins, 0.95), "ms", Percentile(bare, 0.95));
    }

    private static double Percentile(List<double> sorted, double share) => sorted[(int)(sorted.Count * share)];

    private static async Task<double> JoinAsync(RealGroup group)
    {
        await using PeerNode node = await group.StartNodeAsync();
        string invitation = await group.InviteAsync(node);
        long start = Stopwatch.GetTimestamp();
        await RealGroup.JoinAsync(node, invitation);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static async Task<double> JoinAsync(RealGraph graph, int number)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("peernet-benchmark-");
        try
        {
            await using PeerNode node = await RealGraph.StartNodeAsync(
                folder.FullName, string.Create(CultureInfo.InvariantCulture, $"newcomer-{number}"));
            long start = Stopwatch.GetTimestamp();
            await RealGraph.JoinAsync(node, RealGraph.GetPort(graph.Nodes[0]));
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<double> ConnectBareAsync(
        TcpListener listener, SslStreamCertificateContext clientContext, SslStreamCertificateContext serverContext)
    {
        long start = Stopwatch.GetTimestamp();
        using var client = new TcpClient();
        Task connect = client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using TcpClient server = await listener.AcceptTcpClientAsync();
        await connect;
        await using var clientStream = new SslStream(client.GetStream());
        await using var serverStream = new SslStream(server.GetStream());
        await Task.WhenAll(
            clientStream.AuthenticateAsClientAsync(BareTls.CreateClient(clientContext)),
            serverStream.AuthenticateAsServerAsync(BareTls.CreateServer(serverContext)));
        byte[] buffer = new byte[1024];
        await clientStream.WriteAsync(buffer);
        await serverStream.ReadExactlyAsync(buffer);
        await serverStream.WriteAsync(buffer);
        await clientStream.ReadExactlyAsync(buffer);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
