using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using PeerNet.Engine.Graphing.Providers;
using PeerNet.Engine.Grouping;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Tests.Simulation.Groups;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Benchmarks.Grouping;

/// <summary>
/// Handshakes of two members that know each other, and of newcomers, over streams in memory; a handshake is both sides of
/// it. The limit is SslStream alone with the same certificates and options, which believes everybody.
/// </summary>
internal sealed class HandshakeFigure : IFigure
{
    private const int Count = 100;
    private const double WantedShare = 0.6;

    public string Name => "Group handshakes";

    public async IAsyncEnumerable<FigureRow> MeasureAsync()
    {
        using var group = new GroupSeed(seed: 1, DateTimeOffset.UtcNow);
        GroupSecurity first = group.Enroll("first");
        GroupSecurity second = group.Enroll("second");
        SslStreamCertificateContext firstContext = BareTls.CreateContext(first);
        SslStreamCertificateContext secondContext = BareTls.CreateContext(second);
        var (firstTls, secondTls) = (new IdentityTls(first.Key, first.Identity), new IdentityTls(second.Key, second.Identity));
        var (firstProvider, secondProvider) = (new GroupSecurityProvider(first), new GroupSecurityProvider(second));

        // The one who is there knows nobody of those who come.
        ConcurrentQueue<GroupSecurityProvider> newcomers = new(Enumerable.Range(0, ProcessorMeter.CallsOf(Count))
            .Select(number => new GroupSecurityProvider(group.Enroll($"newcomer{number}"))));
        double[] rates = await ProcessorMeter.MeasureAsync(
            Count,
            () => ShakeBareAsync(firstContext, secondContext),
            () => ShakeAsync(firstTls, secondTls),
            () => ConnectAsync(firstProvider, secondProvider),
            () => newcomers.TryDequeue(out GroupSecurityProvider? newcomer)
                ? ConnectAsync(newcomer, secondProvider)
                : throw new InvalidOperationException("There are too few newcomers."));
        var (bare, tls, known, unknown) = (rates[0], rates[1], rates[2], rates[3]);

        yield return new("bare TLS handshakes, each core", bare, "1/s", null);
        yield return new("TLS of groups, each core", tls, "1/s", bare);
        yield return new("Group Connect, known, each core", known, "1/s", bare);
        yield return FigureRow.WithGoal("Group Connect, known, goal", known, "1/s", WantedShare * bare);
        yield return new("Group Connect, newcomers, each core", unknown, "1/s", bare);
        yield return FigureRow.WithGoal("Group Connect, newcomers, goal", unknown, "1/s", WantedShare * bare);
    }

    private static async Task ConnectAsync(GroupSecurityProvider client, GroupSecurityProvider server)
    {
        using var streams = new StreamPair();
        SecuredConnection[] connections = await Task.WhenAll(
            client.AuthenticateAsync(streams.First, Describe(isInitiator: true), default),
            server.AuthenticateAsync(streams.Second, Describe(isInitiator: false), default));
        await CloseAsync(connections[0].Stream, connections[1].Stream);
    }

    private static GraphConnectionContext Describe(bool isInitiator) =>
        new("graph", "local", RemotePeerId: null, isInitiator, IsDirect: false) { RemoteAddress = IPAddress.Loopback };

    private static async Task ShakeAsync(IdentityTls client, IdentityTls server)
    {
        using var streams = new StreamPair();
        var connections = await Task.WhenAll(
            client.AuthenticateAsync(streams.First, isInitiator: true, default),
            server.AuthenticateAsync(streams.Second, isInitiator: false, default));
        await CloseAsync(connections[0].Stream, connections[1].Stream);
    }

    private static async Task ShakeBareAsync(SslStreamCertificateContext clientContext, SslStreamCertificateContext serverContext)
    {
        using var streams = new StreamPair();
        var client = new SslStream(streams.First);
        var server = new SslStream(streams.Second);
        await Task.WhenAll(
            client.AuthenticateAsClientAsync(BareTls.CreateClient(clientContext)),
            server.AuthenticateAsServerAsync(BareTls.CreateServer(serverContext)));
        await CloseAsync(client, server);
    }

    private static async Task CloseAsync(Stream client, Stream server)
    {
        await client.DisposeAsync();
        await server.DisposeAsync();
    }
}
