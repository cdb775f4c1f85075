using PeerNet.Engine.Node;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Tests.Support;

namespace PeerNet.Engine.Tests.Pnrp;

public sealed class PnrpManyNamesTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly TestNetwork _network = new();

    public Task InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public ValueTask DisposeAsync() => _network.DisposeAsync();

    [Fact]
    public async Task A_thousand_names_are_registered_found_and_withdrawn()
    {
        PeerNode publisher = await _network.StartAsync("publisher");
        PeerNode resolver = await _network.StartAsync("resolver");
        await TestNetwork.RegisterAsync(resolver, TestNetwork.NewName(resolver));
        var registrations = new List<PeerNameRegistration>();
        for (int i = 0; i < 1000; i++)
        {
            registrations.Add(await TestNetwork.RegisterAsync(publisher, TestNetwork.Name($"0.name-{i}")));
        }

        Assert.Equal(1000, (await TestNetwork.CloudAsync(publisher)).RegisteredCount);
        foreach (int i in (int[])[0, 499, 999])
        {
            Assert.Single(await TestNetwork.ResolveAsync(resolver, TestNetwork.Name($"0.name-{i}")));
        }

        foreach (PeerNameRegistration registration in registrations)
        {
            await publisher.Pnrp.UnregisterAsync(registration, default);
        }

        Assert.Equal(0, (await TestNetwork.CloudAsync(publisher)).RegisteredCount);
        Assert.Empty(await publisher.Pnrp.GetRegistrationsAsync(default));
    }
}
