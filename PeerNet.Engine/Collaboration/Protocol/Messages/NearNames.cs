using System.Xml.Linq;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Collaboration.Protocol.Messages;

/// <summary>The names that people near me add to those of WS-Discovery.</summary>
internal static class NearNames
{
    /// <summary>Longest message that is taken, in bytes; none that is written is longer.</summary>
    public const int MaximumLength = 4096;

    /// <summary>The namespace; its number is the version.</summary>
    public static readonly XNamespace Own = "urn:peernet:collaboration:1";

    /// <summary>The prefix that this implementation writes.</summary>
    public static readonly WsdPrefix Prefix = new("near", Own);

    /// <summary>The type of an endpoint where a person is signed in.</summary>
    public static readonly XName Person = Own + "Person";

    /// <summary>The person: a secure peer name.</summary>
    public static readonly XName Name = Own + "Name";

    /// <summary>What the person is called.</summary>
    public static readonly XName DisplayName = Own + "DisplayName";

    /// <summary>What the machine is called.</summary>
    public static readonly XName EndpointName = Own + "EndpointName";

    /// <summary>For how many seconds an announcement may be believed.</summary>
    public static readonly XName Lifetime = Own + "Lifetime";

    /// <summary>Whether a message speaks of people near me at all: others use the group, too.</summary>
    public static bool AreIn(WsdEnvelope envelope) =>
        envelope.NamesTypesOf(Own) || envelope.Content.Elements().Any(element => element.Name.Namespace == Own);

    /// <summary>An element of this namespace as it is written.</summary>
    public static string Write(XName name, string text) =>
        $"<{Prefix.Prefix}:{name.LocalName}>{WsdEnvelope.Escape(text)}</{Prefix.Prefix}:{name.LocalName}>";
}
