using System.Diagnostics.CodeAnalysis;
using System.Xml.Linq;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Collaboration.Protocol.Messages;

/// <summary>Reads what the messages of people near me have in common. Hostile input: nothing throws.</summary>
internal static class NearElements
{
    extension(WsdEnvelope envelope)
    {
        /// <summary>Whether the message is of a kind: its action and what its body holds say so. Its identifier is a UUID.
        /// </summary>
        public bool IsOf(string action, string element, out Guid messageId)
        {
            messageId = default;
            return envelope.Action == action
                && envelope.Content.Name == WsdNames.Discovery + element
                && WsdUuid.TryRead(envelope.MessageId, out messageId);
        }

        /// <summary>Whether the sender says where among its messages this one is; without that, nobody could tell it from an
        /// older one.</summary>
        public bool HasPlace => envelope.Sequence.MessageNumber > 0;
    }

    extension(XElement content)
    {
        /// <summary>The types that the message names, with null for what is no name.</summary>
        public XName?[] Types() =>
            content.TryGetOnly(WsdNames.Discovery + "Types", out XElement? types) && !types.HasElements ? types.QNames() : [];

        /// <summary>The endpoint that the message is about.</summary>
        public bool TryGetEndpoint(out Guid endpoint)
        {
            endpoint = default;
            return content.TryGetOnly(WsdNames.Addressing + "EndpointReference", out XElement? reference)
                && reference.TryGetText(WsdNames.Addressing + "Address", out string? address)
                && WsdUuid.TryRead(address, out endpoint);
        }

        /// <summary>The person that the message is about: a secure name without control characters.</summary>
        public bool TryGetPerson([NotNullWhen(true)] out PeerName? person)
        {
            person = null;
            return content.TryGetContent(NearNames.Name, out string? text) && SafeXml.IsText(text)
                && PeerName.TryParse(text, out person) && person.IsSecure;
        }

        /// <summary>A text that somebody has chosen, with the whitespace around it: at most
        /// <see cref="NearText.MaximumUnits"/>, without control characters.</summary>
        public bool TryGetChosen(XName name, [NotNullWhen(true)] out string? text) =>
            content.TryGetContent(name, out text) && text.Length <= NearText.MaximumUnits && SafeXml.IsText(text);

        /// <summary>The number in the only child of a name.</summary>
        public bool TryGetNumber(XName name, out uint number)
        {
            number = 0;
            return content.TryGetText(name, out string? text) && WsdElements.TryReadNumber(text, out number);
        }
    }

    /// <summary>The types as they are written: a person.</summary>
    public static string WrittenTypes { get; } =
        $"<wsd:Types>{NearNames.Prefix.Prefix}:{NearNames.Person.LocalName}</wsd:Types>";

    /// <summary>An endpoint as it is written.</summary>
    public static string WriteEndpoint(Guid endpoint) =>
        $"<wsa:EndpointReference><wsa:Address>{WsdUuid.Write(endpoint)}</wsa:Address></wsa:EndpointReference>";
}
