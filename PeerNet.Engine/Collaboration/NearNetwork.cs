using System.Collections.Concurrent;
using System.Net;
using PeerNet.Engine.Collaboration.Protocol;
using PeerNet.Engine.Collaboration.Protocol.Messages;
using PeerNet.Engine.Core;
using PeerNet.Engine.Transport;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Collaboration;

/// <summary>The groups of the links that people near me meet in: what is written to them, and what is read.</summary>
/// <param name="network">Joins the groups.</param>
/// <param name="interfaces">The interfaces of this machine.</param>
/// <param name="options">The addresses and the port.</param>
/// <param name="hear">Takes what was heard, with its source: from any thread; must not block.</param>
/// <param name="random">Chance.</param>
/// <param name="time">The clock.</param>
internal sealed class NearNetwork(
    IMulticastNetwork network,
    INetworkInterfaces interfaces,
    CollaborationServiceOptions options,
    Action<MulticastPlace, IPEndPoint, byte[]> hear,
    IRandomSource random,
    TimeProvider time) : IMulticastSink, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly uint _instance = (uint)time.GetUtcNow().ToUnixTimeSeconds();
    private readonly ConcurrentDictionary<MulticastPlace, bool> _heard = [];
    private MulticastMembership? _membership;
    private uint _number;

    int IMulticastSink.MaximumLength => NearNames.MaximumLength;

    /// <summary>Whether there is a link where people can be heard.</summary>
    public bool IsHeard => Volatile.Read(ref _membership)?.Places.Any(_heard.ContainsKey) ?? false;

    /// <summary>Uses the links that there are now.</summary>
    public void Set(bool isOpen)
    {
        lock (_gate)
        {
            _membership ??= new(network, interfaces, options.Addresses, options.DiscoveryPort, this);
            foreach (MulticastAttempt attempt in _membership.Set(isOpen, hears: true))
            {
                // Only what is new is tried; what came of the others is as it was.
                _heard.TryRemove(attempt.Place, out _);
                if (attempt.Outcome == MulticastOutcome.Joined)
                {
                    _heard[attempt.Place] = true;
                }
            }
        }
    }

    /// <summary>Announces an endpoint on every link, with its addresses there.</summary>
    public void Announce(CollaborationEffect.Announce said)
    {
        Guid message = random.NextGuid();
        AppSequence sequence = Next();
        ForEachPlace((place, link) => link.SendToGroup(new NearHello
        {
            MessageId = message,
            Sequence = sequence,
            EndpointId = said.Own.Id,
            Person = said.Own.Name,
            DisplayName = said.DisplayName,
            EndpointName = said.EndpointName,
            Lifetime = said.Lifetime,
            Addresses = [.. place.Published.Take(NearHello.MaximumAddresses).Select(address => new IPEndPoint(address, said.Own.Port))],
            MetadataVersion = said.Version,
        }.Write()));
    }

    /// <summary>Asks everybody to announce themselves.</summary>
    public void Ask()
    {
        byte[] probe = new NearProbe { MessageId = random.NextGuid() }.Write();
        ForEachPlace((_, link) => link.SendToGroup(probe));
    }

    /// <summary>Tells that an endpoint is gone.</summary>
    public void Withdraw(OwnEndpoint own)
    {
        byte[] bye = new NearBye { MessageId = random.NextGuid(), Sequence = Next(), EndpointId = own.Id, Person = own.Name }.Write();
        ForEachPlace((_, link) => link.SendToGroup(bye));
    }

    public void Receive(IMulticastLink link, IPEndPoint source, ReadOnlySpan<byte> message)
    {
        if (Volatile.Read(ref _membership)?.Find(link) is { } place && place.IsOnLink(source.Address))
        {
            hear(place, source, message.ToArray());
        }
    }

    public ValueTask DisposeAsync() => _membership?.DisposeAsync() ?? default;

    private AppSequence Next() => new(_instance, ++_number);

    private void ForEachPlace(Action<MulticastPlace, IMulticastLink> send)
    {
        foreach (MulticastPlace place in _membership?.Places ?? [])
        {
            if (_membership!.Find(place) is { } link)
            {
                send(place, link);
            }
        }
    }
}
