using PeerNet.Engine.Core;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Pnrp;

/// <summary>
/// One node in one cloud: the whole of MS-PNRP 3.1 and 3.2 without sockets, clock or threads. Calls must not overlap.
/// After every call the owner sees to it that <see cref="Advance"/> is called at <see cref="NextDue"/>.
/// </summary>
internal sealed partial class PnrpMachine
{
    public PnrpMachine(SuiteAlgorithms suite, PnrpOptions options, IRandomSource random, IPnrpEffects effects)
    {
        throw new NotImplementedException();
    }

    /// <summary>What the cloud is doing.</summary>
    public PeerCloudState State { get; private set; }

    /// <summary>Whether the node publishes and answers, or only resolves. A node with names cannot become one that only
    /// resolves: unregister them first.</summary>
    public PeerCloudMode Mode { get; set; }

    /// <summary>When <see cref="Advance"/> is wanted next, on the scale of <see cref="PnrpTime.Elapsed"/>.</summary>
    public TimeSpan NextDue => throw new NotImplementedException();

    /// <summary>Names registered here.</summary>
    public int RegisteredCount => throw new NotImplementedException();

    /// <summary>Entries of the route cache, leaf sets included.</summary>
    public int CacheCount => throw new NotImplementedException();

    /// <summary>Whether floods of an unregistering or closing node still wait for their ACK.</summary>
    public bool IsFarewellPending => throw new NotImplementedException();

    /// <summary>Estimated number of ids in the cloud (MS-PNRP 3.2.6.2.1.1), or null.</summary>
    public long? EstimatedSize => throw new NotImplementedException();

    /// <summary>Opens the cloud (MS-PNRP 3.1.4.1): starts to look for other nodes. A cloud closed less than 15 minutes
    /// ago still has its cache.</summary>
    public void Open(PnrpTime now, ReadOnlySpan<PnrpEndpoint> localEndpoints) => throw new NotImplementedException();

    /// <summary>Withdraws all names, ends all resolves and closes the cloud (MS-PNRP 1.3.3.4, 3.1.4.5). The floods of the
    /// withdrawal are on their way; their resends and ACKs are still handled while the owner goes on feeding.</summary>
    public void Close(PnrpTime now) => throw new NotImplementedException();

    /// <summary>The node's addresses have changed (MS-PNRP 3.1.7.1, 3.2.7.2). Of more than four the first four count.</summary>
    public void SetLocalEndpoints(PnrpTime now, ReadOnlySpan<PnrpEndpoint> endpoints) => throw new NotImplementedException();

    /// <summary>The seeds that tests for a split use, as resolved addresses.</summary>
    public void SetSeeds(ReadOnlySpan<PnrpEndpoint> seeds) => throw new NotImplementedException();

    /// <summary>A datagram has arrived.</summary>
    public void Receive(PnrpTime now, PnrpEndpoint source, ReadOnlySpan<byte> datagram) => throw new NotImplementedException();

    /// <summary>Does what is due.</summary>
    public void Advance(PnrpTime now) => throw new NotImplementedException();

    /// <summary>Registers a name (MS-PNRP 3.2.4.1).</summary>
    /// <exception cref="InvalidOperationException">The node only resolves, or the id is registered already.</exception>
    public void Register(PnrpTime now, LocalName name) => throw new NotImplementedException();

    /// <summary>Withdraws a name and tells its neighbours (MS-PNRP 3.2.4.2).</summary>
    /// <returns>False where the id is not registered.</returns>
    public bool Unregister(PnrpTime now, PnrpId id) => throw new NotImplementedException();

    /// <summary>Publishes a registration anew with other content; a replacement with another id replaces the id too.</summary>
    public void Update(PnrpTime now, PnrpId id, LocalName replacement) => throw new NotImplementedException();

    /// <summary>The state of a registration, or null where the id is not registered.</summary>
    public PeerRegistrationState? GetRegistrationState(PnrpId id) => throw new NotImplementedException();

    /// <summary>How many neighbours of a registration are known: 0 to 10.</summary>
    public int GetLeafSetCount(PnrpId id) => throw new NotImplementedException();

    /// <summary>Starts a resolve (MS-PNRP 3.1.4.4); the next <see cref="Advance"/> sends its first message.</summary>
    /// <returns>Its number, or −1 where too many are in progress.</returns>
    public int Resolve(PnrpTime now, ResolveTarget target) => throw new NotImplementedException();

    /// <summary>Forgets a resolve without any effect.</summary>
    public void CancelResolve(PnrpTime now, int resolve) => throw new NotImplementedException();

    /// <summary>Starts a synchronization conversation (MS-PNRP 3.1.4.3); the answer to its SOLICIT is also a ping.</summary>
    public void Synchronize(PnrpTime now, PnrpEndpoint endpoint) => throw new NotImplementedException();

    /// <summary>The owner has passed on all endpoints that a discovery step has yielded; with none, the next step is
    /// tried at once.</summary>
    public void DiscoveryCompleted(PnrpTime now, DiscoveryStep step) => throw new NotImplementedException();

    /// <summary>Tests for a split of the cloud (MS-PNRP 3.2.6.2.1).</summary>
    /// <param name="now">The time.</param>
    /// <param name="seed">Where to begin; null for a configured seed, or the node known longest.</param>
    public void DetectSplit(PnrpTime now, PnrpEndpoint? seed) => throw new NotImplementedException();

    /// <summary>Empties the route cache; the leaf sets of registered names stay.</summary>
    public void FlushCache(PnrpTime now) => throw new NotImplementedException();

    /// <summary>The route cache as it is; zones are the caller's to add.</summary>
    public IReadOnlyList<PeerCacheEntry> GetCache(long scopeId = 0) => throw new NotImplementedException();

    /// <summary>The endpoints heard of most recently, one for each node: what an address cache file keeps (note 2).</summary>
    public IReadOnlyList<PnrpEndpoint> GetRecentEndpoints(int maximum = 10) => throw new NotImplementedException();

    /// <summary>The counters since the machine was made.</summary>
    public PnrpStatistics GetStatistics() => throw new NotImplementedException();
}
