using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using PeerNet.Engine.Collaboration;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Node;
using PeerNet.Engine.Tests.Graphing.Hosting;
using PeerNet.Engine.Tests.Support;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Tests.Collaboration.Hosting;

/// <summary>A node with a person, on real sockets of the loopback interface. The link and the names are those of the test,
/// which its nodes share.</summary>
internal sealed class PersonRig : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeMulticast _link;
    private readonly FakeLocator _locator;
    private readonly List<PeerEvent> _events = [];
    private IDisposable? _subscription;

    private PersonRig(FakeMulticast link, FakeLocator locator) => (_link, _locator) = (link, locator);

    /// <summary>The node.</summary>
    public PeerNode Node { get; private set; } = null!;

    public ICollaborationService Service => Node.Collaboration;

    /// <summary>Its state folder.</summary>
    public string Folder => _folder.Location;

    /// <summary>The peer name of its person.</summary>
    public string Person => Node.Identities.Default!.PeerName.Value;

    /// <summary>What has happened so far.</summary>
    public IReadOnlyList<PeerEvent> Events
    {
        get
        {
            lock (_events)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>Starts a node with an identity; nobody is signed in.</summary>
    public static async Task<PersonRig> StartAsync(FakeMulticast link, FakeLocator locator, string name)
    {
        var rig = new PersonRig(link, locator);
        await rig.OpenAsync();
        rig.Node.Identities.Create(name, classifier: null, suite: null, makeDefault: true, password: []);
        return rig;
    }

    public Task<PeerPresence> SignInAsync(PeerCollaborationScope scope = PeerCollaborationScope.NearMe) =>
        Service.SignInAsync(new() { Scope = scope }, default).WaitAsync(Patience);

    /// <summary>Adds another node's person by the contact document.</summary>
    public Task<PeerContact> AddAsync(PersonRig other, PeerContactUpdate? settings = null) =>
        Service.AddContactAsync(other.Service.GetMe(null).Xml, settings ?? new(), default).WaitAsync(Patience);

    /// <summary>What is known of another node's person.</summary>
    public async Task<PeerPresence> PresenceOfAsync(PersonRig other) =>
        (await Service.GetPresenceAsync(other.Person, default))[0];

    /// <summary>The name of its endpoint, by which others take it.</summary>
    public async Task<string> EndpointAsync() => $"{Person}/{(await Service.GetOwnPresenceAsync(default)).Endpoint}";

    /// <summary>The invitations that wait for the user.</summary>
    public async Task<IReadOnlyList<PeerInvitation>> ReceivedAsync() =>
        [.. (await Service.GetInvitationsAsync(default)).Where(one => one.Direction == PeerInvitationDirection.Received)];

    /// <summary>Waits until something is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo, [CallerArgumentExpression(nameof(isSo))] string? what = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await isSo())
        {
            Assert.False(patience.IsCancellationRequested, $"It never came about: {what}");
            await Task.Delay(20);
        }
    }

    /// <summary>Stops as a process that is ended does, and starts anew on the same folder.</summary>
    public async Task RestartAsync()
    {
        _subscription?.Dispose();
        await Node.DisposeAsync();
        await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _subscription?.Dispose();
        await Node.DisposeAsync();
        _folder.Dispose();
    }

    private async Task OpenAsync()
    {
        Node = await PeerNode.StartAsync(
            new() { Name = "rig", StatePath = _folder.Location },
            loggerFactory: null,
            services =>
            {
                services.AddSingleton<IMulticastNetwork>(_link);
                services.AddSingleton<INetworkInterfaces>(new FakeInterfaces(FakeInterfaces.Loopback));
                services.AddSingleton<IPeerLocator>(_locator);
            },
            default);
        _subscription = Node.Subscribe(happened =>
        {
            lock (_events)
            {
                _events.Add(happened);
            }
        });
    }
}
