using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using System.Xml.Linq;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.WsDiscovery;

/// <summary>A SOAP message of WS-Discovery, not yet read further than its head.</summary>
internal sealed record WsdEnvelope
{
    /// <summary>Longest message that is read or written, in bytes.</summary>
    public const int MaximumLength = 8192;

    /// <summary>What the message is.</summary>
    public required string Action { get; init; }

    /// <summary>What an answer refers to.</summary>
    public required string MessageId { get; init; }

    /// <summary>The message that this one answers.</summary>
    public string? RelatesTo { get; init; }

    /// <summary>Its place among the sender's; zeros where it does not say.</summary>
    public AppSequence Sequence { get; init; }

    /// <summary>What the body holds.</summary>
    public required XElement Content { get; init; }

    /// <summary>Whether the message speaks of types of a namespace at all: every application uses the one group.</summary>
    public bool NamesTypesOf(XNamespace application) => Content.Descendants(WsdNames.Discovery + "Types")
        .Any(types => types.QNames().Any(name => name?.Namespace == application));

    /// <summary>Reads a message of any application. Hostile input: nothing throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out WsdEnvelope? envelope)
    {
        envelope = null;
        if (bytes.Length > MaximumLength || !Utf8.IsValid(bytes)
            || !SafeXml.TryRead(Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF'), out XElement? root)
            || root.Name != WsdNames.Soap + "Envelope"
            || !root.TryGetOnly(WsdNames.Soap + "Header", out XElement? header)
            || !root.TryGetOnly(WsdNames.Soap + "Body", out XElement? body)
            || body.Elements().Take(2).ToArray() is not [XElement content])
        {
            return false;
        }

        XName relatesToName = WsdNames.Addressing + "RelatesTo";
        string? relatesTo = null;
        if (!header.TryGetUri(WsdNames.Addressing + "Action", out string? action)
            || !header.TryGetUri(WsdNames.Addressing + "MessageID", out string? messageId)
            || (header.Element(relatesToName) is not null && !header.TryGetUri(relatesToName, out relatesTo))
            || !TryReadSequence(header, out AppSequence sequence))
        {
            return false;
        }

        envelope = new()
        {
            Action = action,
            MessageId = messageId,
            RelatesTo = relatesTo,
            Sequence = sequence,
            Content = content,
        };
        return true;
    }

    /// <summary>Writes a message.</summary>
    /// <param name="own">The prefix of the application, which the body may use.</param>
    /// <param name="to">Whom it is addressed to.</param>
    /// <param name="action">What it is.</param>
    /// <param name="messageId">Its own identifier.</param>
    /// <param name="headers">Further headers.</param>
    /// <param name="body">The body.</param>
    public static byte[] Write(
        WsdPrefix own, string to, string action, string messageId, string headers, string body) =>
        Encoding.UTF8.GetBytes(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
            + $"<soap:Envelope xmlns:soap=\"{WsdNames.SoapUri}\" xmlns:wsa=\"{WsdNames.AddressingUri}\""
            + $" xmlns:wsd=\"{WsdNames.DiscoveryUri}\" xmlns:{own.Prefix}=\"{own.Namespace}\">"
            + $"<soap:Header><wsa:To>{to}</wsa:To><wsa:Action>{action}</wsa:Action>"
            + $"<wsa:MessageID>{Escape(messageId)}</wsa:MessageID>{headers}</soap:Header>"
            + $"<soap:Body>{body}</soap:Body></soap:Envelope>");

    /// <summary>Text as the content of an element.</summary>
    public static string Escape(string text) => new XText(text).ToString();

    private static bool TryReadSequence(XElement header, out AppSequence sequence)
    {
        sequence = default;
        XName name = WsdNames.Discovery + "AppSequence";
        if (header.Element(name) is null)
        {
            return true;
        }

        if (!header.TryGetOnly(name, out XElement? element)
            || !WsdElements.TryReadNumber(element.Attribute("InstanceId")?.Value, out uint instance)
            || !WsdElements.TryReadNumber(element.Attribute("MessageNumber")?.Value, out uint number))
        {
            return false;
        }

        sequence = new(instance, number);
        return true;
    }
}
