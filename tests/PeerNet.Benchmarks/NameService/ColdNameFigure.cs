using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PeerNet.Benchmarks.Pnrp;
using PeerNet.Engine.NameService;
using PeerNet.Engine.NameService.Protocol.Messages;
using PeerNet.Engine.Tests.NameService.Protocol;

namespace PeerNet.Benchmarks.NameService;

/// <summary>
/// How long the name service of a real node takes to answer for a name that was never asked for before. The limit is the resolve
/// of such a name, measured in the same run.
/// </summary>
internal sealed class ColdNameFigure : IFigure
{
    private const int Nodes = 16;

    public string Name => "Cold name answer";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        await using var cloud = await RealCloud.StartAsync(Nodes);
        List<double> resolves = [];
        List<double> answers = [];
        for (int i = 0; i < Nodes; i++)
        {
            PeerNameService service = await cloud.Nodes[i].NameServer.EnableAsync(new() { Port = 0 }, CancellationToken.None);
            using var client = new UdpClient(AddressFamily.InterNetwork);
            client.Connect(IPAddress.Loopback, service.Port);
            await AskAsync(client, "pnrp.net");

            // Every pair once, in turns: no node resolves a name for the second time.
            for (int j = 1; j < Nodes - 1; j += 2)
            {
                resolves.Add(await TimeAsync(() => RealCloud.ResolveAsync(cloud.Nodes[i], cloud.Names[(i + j) % Nodes])));
                answers.Add(await TimeAsync(() => AskAsync(client, cloud.Names[(i + j + 1) % Nodes].ToHostName())));
            }
        }

        double limit = Medians.Of(resolves);
        yield return new($"Cold resolve of {Nodes} median", limit, "ms", null);
        yield return new($"{Name} of {Nodes} median", Medians.Of(answers), "ms", limit);
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        long start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static async Task AskAsync(UdpClient client, string name)
    {
        await client.SendAsync(DnsQuestion.Write(name, DnsType.A, 1232));
        UdpReceiveResult answer = await client.ReceiveAsync();
        if ((answer.Buffer[3] & 0xF) != (int)DnsCode.NoError)
        {
            throw new InvalidOperationException($"The answer for {name} is {(DnsCode)(answer.Buffer[3] & 0xF)}.");
        }
    }
}
