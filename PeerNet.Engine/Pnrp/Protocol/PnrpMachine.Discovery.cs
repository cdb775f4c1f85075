using PeerNet.Engine.Core;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>Discovering other nodes: MS-PNRP 3.1.4.2.</summary>
internal sealed partial class PnrpMachine
{
    private DiscoveryStep _discoveryStep;
    private TimeSpan _discoveryDue = TimeSpan.MaxValue;
    private bool _discoveryYieldedAll;
    private bool _expectsFloods;

    /// <summary>The owner has passed on all endpoints that a discovery step has yielded; where none of them leads
    /// anywhere, the next step is tried at once.</summary>
    public void DiscoveryCompleted(Moment now, DiscoveryStep step)
    {
        Enter(now);
        if (IsDiscovering && step == _discoveryStep)
        {
            _discoveryYieldedAll = true;
            AdvanceDiscovery();
        }
    }

    private bool IsDiscovering => _discoveryDue != TimeSpan.MaxValue;

    private void BeginDiscovery(PeerCloudState state)
    {
        SetState(state);
        BeginDiscoveryStep(DiscoveryStep.CachedAddresses);
    }

    private void BeginDiscoveryStep(DiscoveryStep step)
    {
        _discoveryStep = step;
        _discoveryDue = _now.Elapsed + _options.DiscoveryStepTimeout;
        _discoveryYieldedAll = false;
        _expectsFloods = false;
        _output.Tell(new PnrpNews.Discover(step));
    }

    private void StopDiscovery() => _discoveryDue = TimeSpan.MaxValue;

    private void AdvanceDiscovery()
    {
        if (!IsDiscovering)
        {
            return;
        }

        bool isFruitless = _discoveryYieldedAll
            && !_expectsFloods
            && _pendingRoutes.Count == 0
            && !_pending.Any(PendingKind.Solicit);
        if (_now.Elapsed < _discoveryDue && !isFruitless)
        {
            return;
        }

        if (_discoveryStep < DiscoveryStep.Seeds)
        {
            BeginDiscoveryStep(_discoveryStep + 1);
            return;
        }

        StopDiscovery();
        SetState(PeerCloudState.Alone);
    }
}
