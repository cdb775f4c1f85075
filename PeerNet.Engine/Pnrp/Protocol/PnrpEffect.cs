namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>What the machine wants done: a datagram sent, or else its owner told. Nearly all are datagrams, so that an effect is
/// a value and only news is an object.</summary>
/// <param name="Destination">Where the datagram goes.</param>
/// <param name="Datagram">The datagram; good until the machine is called again.</param>
/// <param name="News">What has happened; null where a datagram is to be sent.</param>
internal readonly record struct PnrpEffect(PnrpEndpoint Destination, ReadOnlyMemory<byte> Datagram, PnrpNews? News);

/// <summary>What the owner of the machine is told, or asked for.</summary>
internal abstract record PnrpNews
{
    private PnrpNews()
    {
    }

    /// <summary>Another node has proven that it has a registered name of this one, and the key of it.</summary>
    internal sealed record NameElsewhere(PnrpId LocalId, CertifiedName Other) : PnrpNews;

    /// <summary>A registration was found and its CPA has passed every check; more may follow.</summary>
    internal sealed record ResolveFound(int Resolve, CertifiedName Name, IReadOnlyList<ResolveHop> Path) : PnrpNews;

    /// <summary>A resolve is over.</summary>
    /// <param name="Resolve">Which.</param>
    /// <param name="Tally">What it has come to.</param>
    internal sealed record ResolveEnded(int Resolve, ResolveTally Tally) : PnrpNews;

    /// <summary>The cloud's state has changed.</summary>
    internal sealed record StateChanged(PeerCloudState State) : PnrpNews;

    /// <summary>A registration has come further, or fallen back.</summary>
    /// <param name="Id">Which.</param>
    /// <param name="State">Its state.</param>
    /// <param name="IsNew">Whether it is the registering itself that has brought it here.</param>
    internal sealed record RegistrationChanged(PnrpId Id, PeerRegistrationState State, bool IsNew) : PnrpNews;

    /// <summary>The lifetime of a registration is over: it is to be withdrawn.</summary>
    internal sealed record LifetimeOver(PnrpId Id) : PnrpNews;

    /// <summary>All neighbours have heard that the closed cloud's names are withdrawn, or will not.</summary>
    internal sealed record Left : PnrpNews;

    /// <summary>A test for a cloud split is over.</summary>
    internal sealed record SplitTested(SplitVerdict Verdict) : PnrpNews;

    /// <summary>A SOLICIT was answered, or was not in time.</summary>
    internal sealed record SynchronizeEnded(PnrpEndpoint Endpoint, bool IsAnswered, TimeSpan RoundTrip) : PnrpNews;

    /// <summary>Other nodes are wanted: find their endpoints in this way and pass each to
    /// <see cref="PnrpMachine.Synchronize"/>; then call <see cref="PnrpMachine.DiscoveryCompleted"/>.</summary>
    internal sealed record Discover(DiscoveryStep Step) : PnrpNews;
}
