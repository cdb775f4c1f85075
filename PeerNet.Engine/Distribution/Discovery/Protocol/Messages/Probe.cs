using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Xml.Linq;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Distribution.Discovery.Protocol.Messages;

/// <summary>Asks who has segments (MS-PCCRD 2.2.2.1).</summary>
internal sealed record Probe
{
    /// <summary>Most segments of a probe: version 2.0 counts them in a byte.</summary>
    public const int MaximumSegments = byte.MaxValue;

    /// <summary>Longest probe that is sent, in bytes.</summary>
    public const int MaximumLength = 4096;

    // What a probe without ids takes, rounded up.
    private const int EnvelopeLength = 1024;
    private const int ScopeHeadLength = 3;

    /// <summary>The identifier, which answers repeat.</summary>
    public required string MessageId { get; init; }

    /// <summary>The form: that of the content information which the ids are from.</summary>
    public required PeerContentVersion Version { get; init; }

    /// <summary>The segments, at least one. Of one length in version 2.0, where an answer refers to them by their
    /// order.</summary>
    public required IReadOnlyList<SegmentId> Segments { get; init; }

    /// <summary>How many ids fit into a probe.</summary>
    /// <param name="version">The form.</param>
    /// <param name="idLength">Bytes of an id.</param>
    public static int CapacityFor(PeerContentVersion version, int idLength)
    {
        const int space = MaximumLength - EnvelopeLength;
        int count = version == PeerContentVersion.V1
            ? space / ((2 * idLength) + 1)
            : ((space / 4 * 3) - ScopeHeadLength) / idLength;
        return Math.Min(count, MaximumSegments);
    }

    /// <summary>Reads a probe. Hostile input: nothing throws.</summary>
    public static bool TryRead(WsdEnvelope envelope, [NotNullWhen(true)] out Probe? probe)
    {
        probe = null;
        if (envelope.Action != WsdNames.ProbeAction
            || envelope.Content.Name != WsdNames.Discovery + "Probe"
            || !envelope.Content.TryGetVersion(out PeerContentVersion version)
            || !envelope.Content.TryGetText(WsdNames.Discovery + "Scopes", out string? scopes)
            || !IsRule(envelope.Content.Element(WsdNames.Discovery + "Scopes"), version))
        {
            return false;
        }

        bool isRead = version == PeerContentVersion.V1
            ? TryReadList(scopes, out SegmentId[]? segments)
            : TryReadPacked(scopes, out segments);
        probe = isRead
            ? new() { MessageId = envelope.MessageId, Version = version, Segments = segments! }
            : null;
        return isRead;
    }

    /// <summary>The bytes of the message.</summary>
    public byte[] Write()
    {
        bool isV1 = Version == PeerContentVersion.V1;
        string type = isV1 ? PeerDistNames.Data : PeerDistNames.DataV2;
        string rule = isV1 ? PeerDistNames.CompareText : PeerDistNames.CompareBits;
        string scopes = isV1 ? string.Join(' ', Segments) : Convert.ToBase64String(Pack());
        return WsdEnvelope.Write(
            PeerDistNames.Prefix,
            WsdNames.Everybody,
            WsdNames.ProbeAction,
            MessageId,
            headers: "",
            $"<wsd:Probe><wsd:Types>PeerDist:{type}</wsd:Types>"
            + $"<wsd:Scopes MatchBy=\"{rule}\">{scopes}</wsd:Scopes></wsd:Probe>");
    }

    /// <summary>Reads ids in hexadecimal, of either case. Nothing else may be among them.</summary>
    internal static bool TryReadList(string text, [NotNullWhen(true)] out SegmentId[]? segments)
    {
        string[] items = WsdElements.Split(text);
        segments = null;
        if (items.Length is 0 or > MaximumSegments)
        {
            return false;
        }

        var read = new SegmentId[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            if (!SegmentId.TryParse(items[i], out read[i]))
            {
                return false;
            }
        }

        segments = read;
        return true;
    }

    // A sender that names no rule means a comparison that comes to the same here.
    private static bool IsRule(XElement? scopes, PeerContentVersion version) =>
        scopes?.Attribute("MatchBy") is not { } rule
        || rule.Value == (version == PeerContentVersion.V1 ? PeerDistNames.CompareText : PeerDistNames.CompareBits);

    // MS-PCCRD 2.2.3.3: length of an id, their number, the ids.
    private static bool TryReadPacked(string text, [NotNullWhen(true)] out SegmentId[]? segments)
    {
        segments = null;
        if (!WsdElements.TryReadBase64(text, out byte[]? bytes) || bytes.Length < ScopeHeadLength)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        int count = bytes[2];
        ReadOnlySpan<byte> ids = bytes.AsSpan(ScopeHeadLength);
        if (!SegmentId.IsLength(length) || count == 0 || ids.Length != length * count)
        {
            return false;
        }

        segments = new SegmentId[count];
        for (int i = 0; i < count; i++)
        {
            SegmentId.TryCreate(ids.Slice(i * length, length), out segments[i]);
        }

        return true;
    }

    private byte[] Pack()
    {
        int length = Segments[0].Bytes.Length;
        byte[] bytes = new byte[ScopeHeadLength + (length * Segments.Count)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)length);
        bytes[2] = (byte)Segments.Count;
        for (int i = 0; i < Segments.Count; i++)
        {
            Segments[i].Bytes.CopyTo(bytes.AsSpan(ScopeHeadLength + (i * length)));
        }

        return bytes;
    }
}
