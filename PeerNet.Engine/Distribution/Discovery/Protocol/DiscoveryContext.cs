using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Transport;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Distribution.Discovery.Protocol;

/// <summary>What both roles of the machine share: its links, its timers, chance, what is counted, and what is to be done.
/// </summary>
/// <param name="limits">The numbers.</param>
/// <param name="random">Chance.</param>
/// <param name="counters">Counts.</param>
internal sealed class DiscoveryContext(DiscoveryLimits limits, IRandomSource random, CounterSet<DiscoveryCounter> counters)
{
    public DiscoveryLimits Limits => limits;

    public IRandomSource Random => random;

    public CounterSet<DiscoveryCounter> Counters => counters;

    public Timers<DiscoveryTimer> Timers { get; } = new();

    public EffectList<DiscoveryEffect> Effects { get; } = new();

    public ReplySuppression Suppression { get; } = new(random);

    /// <summary>The links in use.</summary>
    public IReadOnlyList<MulticastPlace> Links { get; set; } = [];

    public void SendTo(MulticastPlace link, IPEndPoint destination, byte[] message)
    {
        counters.Add(DiscoveryCounter.MessagesOut);
        Effects.Add(new DiscoveryEffect.SendTo(link, destination, message));
    }

    public void SendToAll(byte[] message)
    {
        foreach (MulticastPlace link in Links)
        {
            counters.Add(DiscoveryCounter.MessagesOut);
            Effects.Add(new DiscoveryEffect.SendToGroup(link, message));
        }
    }

    public string NewUuid() => WsdUuid.Write(random.NextGuid());
}

/// <summary>What a timer of the machine is for.</summary>
/// <param name="Kind">What.</param>
/// <param name="MessageId">Of which probe.</param>
internal readonly record struct DiscoveryTimer(DiscoveryTimerKind Kind, string MessageId);

internal enum DiscoveryTimerKind
{
    /// <summary>Send a probe again.</summary>
    Repeat,

    /// <summary>The request timer (MS-PCCRD 3.1.2).</summary>
    Request,

    /// <summary>The back-off before an answer (MS-PCCRD 3.2.2).</summary>
    Backoff,
}
