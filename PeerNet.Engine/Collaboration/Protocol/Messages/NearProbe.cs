using System.Diagnostics.CodeAnalysis;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Collaboration.Protocol.Messages;

/// <summary>Asks everybody on the link to announce themselves again (WS-Discovery, April 2005, 5.2).</summary>
internal sealed record NearProbe
{
    private const string ElementName = "Probe";

    /// <summary>The identifier of the message: the same where it is heard on several links.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>Reads a probe for people, and for nothing else. Hostile input: nothing throws.</summary>
    public static bool TryRead(WsdEnvelope envelope, [NotNullWhen(true)] out NearProbe? probe)
    {
        probe = null;
        if (!envelope.IsOf(WsdNames.ProbeAction, ElementName, out Guid messageId)
            || envelope.Content.Types() is not { Length: > 0 } types
            || !Array.TrueForAll(types, type => type == NearNames.Person)
            || !HasNoScope(envelope))
        {
            return false;
        }

        probe = new() { MessageId = messageId };
        return true;
    }

    /// <summary>The bytes of the message.</summary>
    public byte[] Write() => WsdEnvelope.Write(
        NearNames.Prefix,
        WsdNames.Everybody,
        WsdNames.ProbeAction,
        WsdUuid.Write(MessageId),
        headers: "",
        $"<wsd:{ElementName}>{NearElements.WrittenTypes}</wsd:{ElementName}>");

    // Nobody is in a scope: whoever asks for those in one does not ask for us.
    private static bool HasNoScope(WsdEnvelope envelope) =>
        envelope.Content.Elements(WsdNames.Discovery + "Scopes").All(scopes => string.IsNullOrWhiteSpace(scopes.Value));
}
