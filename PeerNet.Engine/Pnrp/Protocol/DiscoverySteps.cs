namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>Discovering other nodes: MS-PNRP 3.1.4.2.</summary>
/// <param name="context">What the parts share.</param>
/// <param name="messenger">Knows who was asked.</param>
/// <param name="routes">Knows what is being validated.</param>
/// <param name="setState">Changes the cloud's state.</param>
internal sealed class DiscoverySteps(
    PnrpContext context, Messenger messenger, Routes routes, Action<PeerCloudState> setState)
{
    private DiscoveryStep _step;
    private TimeSpan _due = TimeSpan.MaxValue;
    private bool _hasYieldedAll;
    private bool _expectsFloods;

    /// <summary>When the present way has had its time.</summary>
    public TimeSpan NextDue => _due;

    /// <summary>Somebody has been asked for entries, which are a while on their way.</summary>
    public void ExpectFloods() => _expectsFloods = true;

    /// <summary>Gives the present way its whole time again, after a pause in which nothing could arrive.</summary>
    public void Restart()
    {
        if (IsDiscovering)
        {
            _due = context.Now.Elapsed + PnrpLimits.DiscoveryStepTimeout;
        }
    }

    /// <summary>The owner has passed on all endpoints that a discovery step has yielded; where none of them leads
    /// anywhere, the next step is tried at once.</summary>
    public void Completed(DiscoveryStep step)
    {
        if (IsDiscovering && step == _step)
        {
            _hasYieldedAll = true;
            Advance();
        }
    }

    /// <summary>Whether other nodes are looked for.</summary>
    public bool IsDiscovering => _due != TimeSpan.MaxValue;

    /// <summary>Looks for other nodes, from the first way on.</summary>
    public void Begin(PeerCloudState state)
    {
        setState(state);
        BeginStep(DiscoveryStep.CachedAddresses);
    }

    private void BeginStep(DiscoveryStep step)
    {
        _step = step;
        _due = context.Now.Elapsed + PnrpLimits.DiscoveryStepTimeout;
        _hasYieldedAll = false;
        _expectsFloods = false;
        context.Tell(new PnrpNews.Discover(step));
    }

    /// <summary>Looks no more.</summary>
    public void Stop() => _due = TimeSpan.MaxValue;

    /// <summary>Goes on to the next way, where the present one has come to nothing.</summary>
    public void Advance()
    {
        if (!IsDiscovering)
        {
            return;
        }

        bool isFruitless = _hasYieldedAll
            && !_expectsFloods
            && routes.PendingCount == 0
            && !messenger.Pending.Any(PendingKind.Solicit);
        if (context.Now.Elapsed < _due && !isFruitless)
        {
            return;
        }

        if (_step < DiscoveryStep.Seeds)
        {
            BeginStep(_step + 1);
            return;
        }

        Stop();
        setState(PeerCloudState.Alone);
    }
}

/// <summary>The ways to find other nodes, in the order in which they are tried (MS-PNRP 3.1.4.2).</summary>
internal enum DiscoveryStep
{
    /// <summary>Addresses remembered from earlier (LocalOOB).</summary>
    CachedAddresses,

    /// <summary>SSDP on the link.</summary>
    Multicast,

    /// <summary>The configured seed servers.</summary>
    Seeds,
}
