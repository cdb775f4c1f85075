using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Collaboration.Protocol.Messages;

/// <summary>
/// Announces an endpoint where a person is signed in (WS-Discovery, April 2005, 4.1). A claim that nobody has proven.
/// </summary>
internal sealed record NearHello
{
    /// <summary>Most addresses of an announcement.</summary>
    public const int MaximumAddresses = 4;

    private const string Scheme = "tcp://";
    private const string ElementName = "Hello";

    /// <summary>Longest time for which an announcement may be believed.</summary>
    public static readonly TimeSpan MaximumLifetime = TimeSpan.FromHours(1);

    /// <summary>The identifier of the message: the same where it is heard on several links.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>Its place among the sender's messages; the number is not 0.</summary>
    public required AppSequence Sequence { get; init; }

    /// <summary>The endpoint.</summary>
    public required Guid EndpointId { get; init; }

    /// <summary>The person: a secure name without control characters, as all identities have.</summary>
    public required PeerName Person { get; init; }

    /// <summary>What the person is called; written as <see cref="NearText.Fit"/> makes it.</summary>
    public required string DisplayName { get; init; }

    /// <summary>What the machine is called; written as <see cref="NearText.Fit"/> makes it.</summary>
    public required string EndpointName { get; init; }

    /// <summary>For how long it may be believed: whole seconds from 1 to <see cref="MaximumLifetime"/>.</summary>
    public required TimeSpan Lifetime { get; init; }

    /// <summary>Where the endpoint takes connections, best first: one to <see cref="MaximumAddresses"/>, without zones.
    /// </summary>
    public required IReadOnlyList<IPEndPoint> Addresses { get; init; }

    /// <summary>Grows with every change of what is announced.</summary>
    public required uint MetadataVersion { get; init; }

    /// <summary>Reads an announcement. Hostile input: nothing throws.</summary>
    public static bool TryRead(WsdEnvelope envelope, [NotNullWhen(true)] out NearHello? hello)
    {
        hello = null;
        if (!envelope.IsOf(WsdNames.HelloAction, ElementName, out Guid messageId)
            || !envelope.HasPlace
            || !envelope.Content.Types().Any(type => type == NearNames.Person)
            || !envelope.Content.TryGetEndpoint(out Guid endpoint)
            || !envelope.Content.TryGetText(WsdNames.Discovery + "XAddrs", out string? addresses)
            || !envelope.Content.TryGetNumber(WsdNames.Discovery + "MetadataVersion", out uint version)
            || !envelope.Content.TryGetPerson(out PeerName? person)
            || !envelope.Content.TryGetChosen(NearNames.DisplayName, out string? displayName)
            || !envelope.Content.TryGetChosen(NearNames.EndpointName, out string? endpointName)
            || !envelope.Content.TryGetNumber(NearNames.Lifetime, out uint lifetime)
            || lifetime == 0 || lifetime > MaximumLifetime.TotalSeconds
            || ReadAddresses(addresses) is not { Length: > 0 } read)
        {
            return false;
        }

        hello = new()
        {
            MessageId = messageId,
            Sequence = envelope.Sequence,
            EndpointId = endpoint,
            Person = person,
            DisplayName = displayName,
            EndpointName = endpointName,
            Lifetime = TimeSpan.FromSeconds(lifetime),
            Addresses = read,
            MetadataVersion = version,
        };
        return true;
    }

    /// <summary>The bytes of the message: at most <see cref="NearNames.MaximumLength"/>.</summary>
    public byte[] Write() => WsdEnvelope.Write(
        NearNames.Prefix,
        WsdNames.Everybody,
        WsdNames.HelloAction,
        WsdUuid.Write(MessageId),
        Sequence.Write(),
        $"<wsd:{ElementName}>{NearElements.WriteEndpoint(EndpointId)}{NearElements.WrittenTypes}"
        + $"<wsd:XAddrs>{string.Join(' ', Addresses.Take(MaximumAddresses).Select(Describe))}</wsd:XAddrs>"
        + $"<wsd:MetadataVersion>{Describe(MetadataVersion)}</wsd:MetadataVersion>"
        + NearNames.Write(NearNames.Name, Person.Value)
        + NearNames.Write(NearNames.DisplayName, NearText.Fit(DisplayName))
        + NearNames.Write(NearNames.EndpointName, NearText.Fit(EndpointName))
        + NearNames.Write(NearNames.Lifetime, Describe((uint)Lifetime.TotalSeconds))
        + $"</wsd:{ElementName}>");

    private static string Describe(IPEndPoint address) => Scheme + EndpointText.Write(address);

    private static string Describe(uint number) => number.ToString(CultureInfo.InvariantCulture);

    // Other schemes may come to be; names of hosts would have strangers choose whom this machine asks for them.
    private static IPEndPoint[] ReadAddresses(string text) =>
    [
        .. (from item in WsdElements.Split(text)
            where item.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            let endpoint = EndpointText.TryRead(item[Scheme.Length..], out IPEndPoint? parsed) ? parsed : null
            where endpoint is { Port: > 0 }
            select endpoint).Take(MaximumAddresses),
    ];
}
