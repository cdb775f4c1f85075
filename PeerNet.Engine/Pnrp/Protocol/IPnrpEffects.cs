namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>
/// What a <see cref="PnrpMachine"/> does to the world. Called synchronously; an implementation must not call back into
/// the machine from here. Nothing about a resolve is reported before <see cref="PnrpMachine.Resolve"/> has returned.
/// </summary>
internal interface IPnrpEffects
{
    /// <summary>Another node has proven that it has a registered name of this one, and the key of it.</summary>
    void NameElsewhere(PnrpId localId, CertifiedName other);

    /// <summary>Sends one datagram; the span is only good during the call.</summary>
    void Send(PnrpEndpoint destination, ReadOnlySpan<byte> datagram);

    /// <summary>A registration was found and its CPA has passed every check; more may follow.</summary>
    void ResolveFound(int resolve, CertifiedName name, IReadOnlyList<ResolveHop> path);

    /// <summary>A resolve is over.</summary>
    /// <param name="resolve">Which.</param>
    /// <param name="tally">What it has come to.</param>
    void ResolveEnded(int resolve, ResolveTally tally);

    /// <summary>The cloud's state has changed.</summary>
    void StateChanged(PeerCloudState state);

    /// <summary>A registration has come further, or fallen back.</summary>
    void RegistrationChanged(PnrpId id, PeerRegistrationState state);

    /// <summary>A test for a cloud split is over.</summary>
    void SplitTested(PnrpId localId, SplitVerdict verdict);

    /// <summary>A SOLICIT was answered, or was not in time.</summary>
    void SynchronizeEnded(PnrpEndpoint endpoint, bool answered, TimeSpan roundTrip);

    /// <summary>
    /// Other nodes are wanted: find their endpoints in this way and pass each to
    /// <see cref="PnrpMachine.Synchronize"/>; then call <see cref="PnrpMachine.DiscoveryCompleted"/>.
    /// </summary>
    void Discover(DiscoveryStep step);
}
