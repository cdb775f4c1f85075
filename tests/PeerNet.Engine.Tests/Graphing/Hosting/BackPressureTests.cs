using PeerNet.Engine.Graphing;
using PeerNet.Engine.Graphing.Protocol;

namespace PeerNet.Engine.Tests.Graphing.Hosting;

/// <summary>Who publishes waits for neighbors that do not keep up, but never for the record to be kept.</summary>
public sealed class BackPressureTests
{
    private const int Window = 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string LargeText = new('x', 2 * Window);

    [Fact]
    public async Task An_answer_waits_until_the_neighbors_have_read()
    {
        var provider = new GatedProvider();
        await using var one = new GraphRig(Create(TimeSpan.FromDays(1)));
        await using var two = new GraphRig();
        await CreateAsync(one, provider);
        await two.JoinAsync(one, "two");

        provider.Close();
        Task<PeerRecord> adding = one.AddAsync(LargeText);
        await one.UntilRecordsAsync(LargeText);
        Assert.False(adding.IsCompleted);

        provider.Open();
        await adding;
        await two.UntilRecordsAsync(LargeText);
    }

    [Fact]
    public async Task A_neighbor_that_does_not_read_at_all_is_waited_for_once()
    {
        var provider = new GatedProvider();
        await using var one = new GraphRig(Create(TimeSpan.FromMilliseconds(50)));
        await using var two = new GraphRig();
        await CreateAsync(one, provider);
        await two.JoinAsync(one, "two");

        provider.Close();
        await one.AddAsync(LargeText);
        await one.AddAsync("later");

        Assert.Equal(["later", LargeText], await one.ReadAsync());
        Assert.Single(await one.Service.GetConnectionsAsync(GraphRig.GraphId, default));
    }

    [Fact]
    public async Task Leaving_the_graph_answers_those_who_wait()
    {
        var provider = new GatedProvider();
        await using var one = new GraphRig(Create(TimeSpan.FromDays(1)));
        await using var two = new GraphRig();
        await CreateAsync(one, provider);
        await two.JoinAsync(one, "two");

        provider.Close();
        Task<PeerRecord> adding = one.AddAsync(LargeText);
        await one.UntilRecordsAsync(LargeText);
        await one.Service.StopAsync(farewell: false);

        Assert.Equal(LargeText, (await adding.WaitAsync(Patience)).Text);
    }

    private static GraphOptions Create(TimeSpan patience) => new()
    {
        SynchronizationWindow = Window,
        PublishingWindow = Window,
        PublishingPatience = patience,
    };

    private static Task<PeerGraph> CreateAsync(GraphRig node, GatedProvider provider) => node.Service.CreateAsync(
        new()
        {
            GraphId = GraphRig.GraphId,
            PeerId = "creator",
            IsListening = true,
            SecurityProvider = provider,
            Properties = new() { Scope = PeerGraphScope.Loopback },
        },
        CancellationToken.None).WaitAsync(Patience);
}
