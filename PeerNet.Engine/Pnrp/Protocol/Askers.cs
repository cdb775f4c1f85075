using PeerNet.Engine.Core;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>
/// Who asks this node, and what each of them may be sent. An answer is longer than its question, and the question's
/// address may be forged; a stranger that asks much is greeted with a FLOOD, and has more once it acknowledges that.
/// </summary>
internal sealed class Askers
{
    private readonly AnswerBudget _budget = new(AnswerAllowance.Stranger, AnswerAllowance.Known, PnrpLimits.MaximumAskers);
    private readonly FairLimiter _signatures = new(
        PnrpLimits.SignedAnswersPerSecond, PnrpLimits.SignedAnswerBurst, PnrpLimits.MaximumAskers);

    private readonly HashSet<PnrpEndpoint> _greeted = [];

    /// <summary>This node's addresses, which tell neighbors from others.</summary>
    public OwnAddresses Own { get; set; } = new([]);

    /// <summary>An endpoint has repeated what nobody else could know: it receives what it is sent.</summary>
    public void Confirm(PnrpEndpoint endpoint, TimeSpan now) => _budget.Confirm(SocketOf(endpoint), now);

    /// <summary>Takes what datagrams need that are sent because of what an endpoint, or somebody in its name, has sent.</summary>
    public bool TryTake(PnrpEndpoint endpoint, int bytes, TimeSpan now) =>
        _budget.TryTake(Own.BlockOf(endpoint), SocketOf(endpoint), bytes, now);

    /// <summary>Takes a signature, which costs time whoever receives it.</summary>
    public bool TryTakeSignature(PnrpEndpoint endpoint, TimeSpan now) => _signatures.TryTake(Own.BlockOf(endpoint), now);

    /// <summary>Whether an endpoint should show that it receives, and no greeting is on its way to it.</summary>
    public bool IsGreetingDue(PnrpEndpoint endpoint, TimeSpan now) =>
        _greeted.Count < PnrpLimits.MaximumAskers
        && !_greeted.Contains(endpoint)
        && _budget.IsRunningLow(Own.BlockOf(endpoint), SocketOf(endpoint), now);

    /// <summary>A greeting is on its way.</summary>
    public void BeginGreeting(PnrpEndpoint endpoint) => _greeted.Add(endpoint);

    /// <summary>A greeting was acknowledged, or has been in vain.</summary>
    public void EndGreeting(PnrpEndpoint endpoint) => _greeted.Remove(endpoint);

    /// <summary>No greeting is on its way any more.</summary>
    public void EndGreetings() => _greeted.Clear();

    private static AddressBlock SocketOf(PnrpEndpoint endpoint) =>
        AddressBlock.OfSocket(endpoint.Address, endpoint.Port);
}
