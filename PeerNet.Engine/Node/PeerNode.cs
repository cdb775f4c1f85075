using Microsoft.Extensions.Logging;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp;

namespace PeerNet.Engine.Node;

/// <summary>One engine: its state folder, identities, ports and components. The only composition root.</summary>
public sealed class PeerNode : IAsyncDisposable
{
    private PeerNode(PeerNodeOptions options) => Options = options;

    /// <summary>The options it was started with.</summary>
    public PeerNodeOptions Options { get; }

    /// <summary>Its identities.</summary>
    public IIdentityService Identities => throw new NotImplementedException();

    /// <summary>Its names and clouds; opens sockets when first used.</summary>
    public IPnrpService Pnrp => throw new NotImplementedException();

    /// <summary>Starts a node: checks the options, locks and opens the state folder. No socket is opened yet.</summary>
    /// <exception cref="Core.PeerException">Bad options, a damaged store, or a state folder that another process has.</exception>
    public static Task<PeerNode> StartAsync(
        PeerNodeOptions options, ILoggerFactory? loggerFactory, CancellationToken cancellationToken) =>
        Task.FromResult(new PeerNode(options));

    /// <summary>Starts a component now rather than on first use.</summary>
    public Task StartPnrpAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The node as it is now.</summary>
    public PeerNodeStatus GetStatus() => throw new NotImplementedException();

    /// <summary>Subscribes to events. The callback runs on the node's own event loop and must not block.</summary>
    /// <returns>The subscription; disposing it ends it.</returns>
    public IDisposable Subscribe(Action<PeerEvent> observer) => throw new NotImplementedException();

    /// <summary>Leaves: withdraws all names and tells the neighbours, unless <paramref name="farewell"/> is false.</summary>
    public Task StopAsync(bool farewell, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Stops without farewell, if it still runs.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
