using System.Diagnostics.CodeAnalysis;
using System.Xml.Linq;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Distribution.Discovery.Protocol.Messages;

/// <summary>The answer to a probe (MS-PCCRD 2.2.2.2).</summary>
internal sealed record ProbeMatches
{
    /// <summary>Most matches of an answer: a peer sends one, a proxy may send those of several.</summary>
    public const int MaximumMatches = 16;

    /// <summary>The identifier.</summary>
    public required string MessageId { get; init; }

    /// <summary>The identifier of the probe.</summary>
    public required string RelatesTo { get; init; }

    /// <summary>Its place among the sender's messages.</summary>
    public AppSequence Sequence { get; init; }

    /// <summary>The matches, at least one.</summary>
    public required IReadOnlyList<ProbeMatch> Matches { get; init; }

    /// <summary>Reads an answer. Hostile input: nothing throws.</summary>
    public static bool TryRead(WsdEnvelope envelope, [NotNullWhen(true)] out ProbeMatches? answer)
    {
        answer = null;
        if (envelope.Action != WsdNames.ProbeMatchesAction
            || envelope.RelatesTo is not { } relatesTo
            || envelope.Content.Name != WsdNames.Discovery + "ProbeMatches")
        {
            return false;
        }

        var matches = new List<ProbeMatch>();
        foreach (XElement element in envelope.Content.Elements(WsdNames.Discovery + "ProbeMatch"))
        {
            if (matches.Count == MaximumMatches || !ProbeMatch.TryRead(element, out ProbeMatch? match))
            {
                return false;
            }

            matches.Add(match);
        }

        if (matches.Count > 0)
        {
            answer = new()
            {
                MessageId = envelope.MessageId,
                RelatesTo = relatesTo,
                Sequence = envelope.Sequence,
                Matches = matches,
            };
        }

        return answer is not null;
    }

    /// <summary>The bytes of the message.</summary>
    public byte[] Write() => WsdEnvelope.Write(
        PeerDistNames.Prefix,
        WsdNames.Anonymous,
        WsdNames.ProbeMatchesAction,
        MessageId,
        $"<wsa:RelatesTo>{WsdEnvelope.Escape(RelatesTo)}</wsa:RelatesTo>{Sequence.Write()}",
        $"<wsd:ProbeMatches>{string.Concat(Matches.Select(match => match.Write()))}</wsd:ProbeMatches>");
}
