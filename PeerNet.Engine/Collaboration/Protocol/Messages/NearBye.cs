using System.Diagnostics.CodeAnalysis;
using PeerNet.Engine.Identity;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Collaboration.Protocol.Messages;

/// <summary>Withdraws an endpoint (WS-Discovery, April 2005, 4.2). A claim that nobody has proven.</summary>
internal sealed record NearBye
{
    private const string ElementName = "Bye";

    /// <inheritdoc cref="NearHello.MessageId"/>
    public required Guid MessageId { get; init; }

    /// <inheritdoc cref="NearHello.Sequence"/>
    public required AppSequence Sequence { get; init; }

    /// <inheritdoc cref="NearHello.EndpointId"/>
    public required Guid EndpointId { get; init; }

    /// <inheritdoc cref="NearHello.Person"/>
    public required PeerName Person { get; init; }

    /// <summary>Reads a farewell. Hostile input: nothing throws.</summary>
    public static bool TryRead(WsdEnvelope envelope, [NotNullWhen(true)] out NearBye? bye)
    {
        bye = null;
        if (!envelope.IsOf(WsdNames.ByeAction, ElementName, out Guid messageId)
            || !envelope.HasPlace
            || !envelope.Content.TryGetEndpoint(out Guid endpoint)
            || !envelope.Content.TryGetPerson(out PeerName? person))
        {
            return false;
        }

        bye = new() { MessageId = messageId, Sequence = envelope.Sequence, EndpointId = endpoint, Person = person };
        return true;
    }

    /// <summary>The bytes of the message.</summary>
    public byte[] Write() => WsdEnvelope.Write(
        NearNames.Prefix,
        WsdNames.Everybody,
        WsdNames.ByeAction,
        WsdUuid.Write(MessageId),
        Sequence.Write(),
        $"<wsd:{ElementName}>{NearElements.WriteEndpoint(EndpointId)}"
        + $"{NearNames.Write(NearNames.Name, Person.Value)}</wsd:{ElementName}>");
}
