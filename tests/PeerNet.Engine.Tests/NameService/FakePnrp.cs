using System.Net;
using System.Runtime.CompilerServices;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp;

namespace PeerNet.Engine.Tests.NameService;

/// <summary>Clouds in which what a test says is registered.</summary>
internal sealed class FakePnrp : IPnrpService
{
    public const string Global = "Global_";
    public const string Loopback = "Loopback_";

    private static readonly PeerCloud[] Clouds =
    [
        new() { Name = Global, Scope = PeerCloudScope.Global, ScopeId = 0, State = PeerCloudState.Active },
        new() { Name = Loopback, Scope = PeerCloudScope.Loopback, ScopeId = 0, State = PeerCloudState.Active },
    ];

    public List<PeerNameRegistration> Own { get; } = [];

    public List<PeerEndpointInfo> Others { get; } = [];

    public PeerException? Failure { get; set; }

    /// <summary>What was searched for.</summary>
    public List<PeerResolveRequest> Requests { get; } = [];

    /// <summary>Searches wait for it.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public static PeerEndpointInfo Found(string name, string cloud, params string[] addresses) => new()
    {
        Name = PeerName.Parse(name),
        Cloud = cloud,
        PnrpId = default,
        Expires = DateTimeOffset.MaxValue,
        Endpoints = [.. addresses.Select(address => new PeerAppEndpoint(IPAddress.Parse(address), 80))],
    };

    public Task<IReadOnlyList<PeerNameRegistration>> GetRegistrationsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<PeerNameRegistration>>(Own);

    public async IAsyncEnumerable<PeerEndpointInfo> ResolveAsync(
        PeerResolveRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Requests.Add(request);
        await Gate.WaitAsync(cancellationToken);
        if (Failure is not null)
        {
            throw Failure;
        }

        foreach (PeerEndpointInfo other in Others.Where(other => other.Name == request.Name))
        {
            yield return other;
        }
    }

    public Task<IReadOnlyList<PeerCloud>> GetCloudsAsync(bool includeCache, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<PeerCloud>>(Clouds);

    public Task<IReadOnlyList<PeerNameRegistration>> RegisterAsync(
        PeerRegistrationRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task UnregisterAsync(PeerNameRegistration registration, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<PeerCloud> ConfigureCloudAsync(
        string cloud, bool? open, PeerCloudMode? mode, IReadOnlyList<string>? seeds, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<PeerCloudRepairResult> RepairCloudAsync(PeerCloudRepair repair, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<TimeSpan?> PingAsync(IPEndPoint endpoint, TimeSpan timeout, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
