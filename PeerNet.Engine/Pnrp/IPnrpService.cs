namespace PeerNet.Engine.Pnrp;

/// <summary>Names and clouds of one node. Every failure is a <see cref="Core.PeerException"/>.</summary>
public interface IPnrpService
{
    /// <summary>Registers a name in each cloud asked for, or updates it where this node has it there already.</summary>
    Task<IReadOnlyList<PeerNameRegistration>> RegisterAsync(
        PeerRegistrationRequest request, CancellationToken cancellationToken);

    /// <summary>The names that this node has registered.</summary>
    Task<IReadOnlyList<PeerNameRegistration>> GetRegistrationsAsync(CancellationToken cancellationToken);

    /// <summary>Withdraws one registration and tells its neighbours.</summary>
    Task UnregisterAsync(PeerNameRegistration registration, CancellationToken cancellationToken);

    /// <summary>Finds registrations of a name; each is delivered as soon as its CPA has been checked. Ends without a
    /// result where those who were asked know of none.</summary>
    /// <exception cref="Core.PeerException">Nobody could be asked, as all clouds are closed, or without an address, or
    /// no other node is known or answers; or the answers are not valid at this machine's time.</exception>
    IAsyncEnumerable<PeerEndpointInfo> ResolveAsync(PeerResolveRequest request, CancellationToken cancellationToken);

    /// <summary>The clouds that this machine has; none is opened by the question.</summary>
    Task<IReadOnlyList<PeerCloud>> GetCloudsAsync(bool includeCache, CancellationToken cancellationToken);

    /// <summary>Opens, closes or configures a cloud. Null leaves a setting as it is.</summary>
    Task<PeerCloud> ConfigureCloudAsync(
        string cloud, bool? open, PeerCloudMode? mode, IReadOnlyList<string>? seeds, CancellationToken cancellationToken);

    /// <summary>Repairs a cloud.</summary>
    Task<PeerCloudRepairResult> RepairCloudAsync(PeerCloudRepair repair, CancellationToken cancellationToken);

    /// <summary>Sends one INQUIRE-sized probe (a SOLICIT for own ids) and waits for the answer.</summary>
    /// <returns>The round-trip time, or null where no answer came in time.</returns>
    Task<TimeSpan?> PingAsync(System.Net.IPEndPoint endpoint, TimeSpan timeout, CancellationToken cancellationToken);
}
