using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using PeerNet.Engine.Core;
using PeerNet.Engine.NameService;
using PeerNet.Engine.NameService.Protocol;
using PeerNet.Engine.NameService.Protocol.Messages;
using PeerNet.Engine.NameService.Systems;
using PeerNet.Engine.Tests.NameService;
using PeerNet.Engine.Tests.NameService.Protocol;
using PeerNet.Engine.Transport;

namespace PeerNet.Benchmarks.NameService;

/// <summary>
/// How many questions for a name that is known are answered in a second: by the machine alone, over sockets, and by unbound and
/// dnsmasq. The limit is what the same sockets do with an echo, measured in the same run.
/// </summary>
internal sealed class NameAnswersFigure : IFigure
{
    private const string HostName = "printer.pnrp.net";
    private const int Window = 64;
    private const int Questions = 300_000;

    private static readonly byte[] Question = DnsQuestion.Write(HostName, DnsType.A, 1232);

    public string Name => "Name answers";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        Measurement machine = MeasureMachine();
        yield return new($"{Name} by the machine", machine.PerSecond, "/s", null);
        yield return new($"{Name} by the machine, allocated", machine.Bytes, "B", 0);

        double limit;
        await using (IDatagramTransport echo = new UdpNetwork().Open([IPAddress.Loopback], 0))
        {
            echo.Start(new EchoSink(echo));
            limit = Measure(echo.Port);
            yield return new("Echo over the same sockets", limit, "/s", null);
        }

        var pnrp = new FakePnrp();
        pnrp.Others.Add(FakePnrp.Found("0.printer", FakePnrp.Global, "192.0.2.1"));
        using var interfaces = new SystemNetworkInterfaces();
        await using (NameServer server = Create(pnrp, interfaces))
        {
            PeerNameService service = await server.EnableAsync(new() { Port = 0 }, CancellationToken.None);
            yield return new($"{Name} over UDP", Measure(service.Port), "/s", limit);
        }

        foreach (string program in new[] { "unbound", "dnsmasq" })
        {
            using OtherNameServer? other = OtherNameServer.TryStart(program, HostName, IPAddress.Parse("192.0.2.1"));
            if (other is not null)
            {
                yield return new($"The same by {program}", Measure(other.Port), "/s", limit);
            }
        }
    }

    private static Measurement MeasureMachine()
    {
        var machine = new NameServerMachine(SystemRandomSource.Instance);
        var source = new QuestionSource(DatagramAddress.From(new(IPAddress.Loopback, 40000)), 0);
        var now = new Moment(TimeSpan.FromHours(1), DateTimeOffset.UtcNow);
        machine.Receive(now, source, Question);
        int search = machine.TakeEffects()[0].Search!.Number;
        machine.Searched(now, search, new([new([new(IPAddress.Parse("192.0.2.1"), 80)], "", false, null, false)]));
        machine.TakeEffects();
        return Measurement.Of(() =>
        {
            machine.Receive(now, source, Question);
            machine.TakeEffects();
        });
    }

    private static NameServer Create(FakePnrp pnrp, SystemNetworkInterfaces interfaces)
    {
        var host = new SystemHost(TimeProvider.System);
        return new(new(
            new PeerNameSearch(pnrp, interfaces),
            new SystemRouting(host, SystemRouting.Choose(host), NullLogger<SystemRouting>.Instance),
            new UdpNetwork(),
            new TcpTransport(TimeProvider.System),
            new QuietObserver(),
            TimeProvider.System,
            SystemRandomSource.Instance,
            NullLogger<NameServer>.Instance));
    }

    /// <summary>Asks with so many questions on their way at a time; a datagram that is lost is asked for again.</summary>
    private static double Measure(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 100 };
        socket.Connect(IPAddress.Loopback, port);
        Span<byte> buffer = stackalloc byte[512];
        Run(socket, buffer, Questions / 10);
        long start = Stopwatch.GetTimestamp();
        Run(socket, buffer, Questions);
        return Questions / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Run(Socket socket, Span<byte> buffer, int count)
    {
        for (int sent = 0, received = 0; received < count;)
        {
            try
            {
                while (sent - received < Window && sent < count)
                {
                    socket.Send(Question);
                    sent++;
                }

                received += socket.Receive(buffer) > 0 ? 1 : 0;
            }
            catch (SocketException)
            {
                // Lost, or the server is not there yet.
                sent = received;
            }
        }
    }

    private sealed class EchoSink(IDatagramTransport transport) : IDatagramSink
    {
        public bool TryAccept(DatagramAddress source, byte[] buffer, int length)
        {
            transport.Send(source, buffer.AsSpan(0, length));
            return false;
        }
    }

    private sealed class QuietObserver : INameServerObserver
    {
        public void Failed(string source, string message) => throw new InvalidOperationException(message);
    }
}
