using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Xml.Linq;
using PeerNet.Engine.Core;
using PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;
using PeerNet.Engine.Wire;
using PeerNet.Engine.WsDiscovery;

namespace PeerNet.Engine.Distribution.Discovery.Protocol.Messages;

/// <summary>What one peer has of what was asked for.</summary>
internal sealed record ProbeMatch
{
    /// <summary>Most addresses that are read.</summary>
    public const int MaximumXAddrs = 16;

    // What an answer without ids takes, rounded up: the identifiers may be long and need escaping.
    private const int EnvelopeLength = 2560;
    private const int BlockCountDigits = 8;
    private const int BitsPerSegment = 2;
    private const int SegmentsPerByte = 8 / BitsPerSegment;

    /// <summary>The identifier of the peer, <c>urn:uuid:</c>, which it chooses anew at every start.</summary>
    public required string Address { get; init; }

    /// <summary>The form: that of the probe.</summary>
    public required PeerContentVersion Version { get; init; }

    /// <summary>Where the peer serves; those that are not an address and a port are left out.</summary>
    public required IReadOnlyList<IPEndPoint> XAddrs { get; init; }

    /// <summary>Version 1.0: the segments it has.</summary>
    public IReadOnlyList<SegmentBlockCount> Segments { get; init; } = [];

    /// <summary>Version 2.0: what it has of each segment of the probe, in order; up to three more pad the last byte.
    /// </summary>
    public IReadOnlyList<SegmentAvailability> Availability { get; init; } = [];

    /// <summary>Version 2.0: how long it has had them, by their index in the probe; null where it does not say.</summary>
    public SegmentAges? Ages { get; init; }

    /// <summary>How many ids fit into an answer in version 1.0; in version 2.0 all do.</summary>
    /// <param name="idLength">Bytes of an id.</param>
    public static int CapacityFor(int idLength) =>
        (WsdEnvelope.MaximumLength - EnvelopeLength) / ((2 * idLength) + 1 + BlockCountDigits);

    /// <summary>Reads a match. Hostile input: nothing throws.</summary>
    public static bool TryRead(XElement element, [NotNullWhen(true)] out ProbeMatch? match)
    {
        match = null;
        if (!element.TryGetOnly(WsdNames.Addressing + "EndpointReference", out XElement? reference)
            || !reference.TryGetUri(WsdNames.Addressing + "Address", out string? address)
            || !element.TryGetVersion(out PeerContentVersion version)
            || !element.TryGetText(WsdNames.Discovery + "Scopes", out string? scopes)
            || !element.TryGetText(WsdNames.Discovery + "XAddrs", out string? addresses)
            || !element.TryGetOnly(PeerDistNames.PeerDist + PeerDistNames.Data, out XElement? data))
        {
            return false;
        }

        var read = new ProbeMatch { Address = address, Version = version, XAddrs = ReadXAddrs(addresses) };
        match = version == PeerContentVersion.V1 ? ReadV1(read, scopes, data) : ReadV2(read, scopes, data);
        return match is not null;
    }

    /// <summary>The element. Others look for its parts letter by letter, prefixes included.</summary>
    public string Write()
    {
        bool isV1 = Version == PeerContentVersion.V1;
        string type = isV1 ? PeerDistNames.Data : PeerDistNames.DataV2;
        string scopes = isV1 ? string.Join(' ', Segments.Select(s => s.Id)) : Convert.ToBase64String(Pack());
        string addresses = string.Join(' ', XAddrs.Select(EndpointText.Write));
        string data = isV1
            ? $"<PeerDist:BlockCount>{string.Concat(Segments.Select(Describe))}</PeerDist:BlockCount>"
            : Ages is { } ages ? $"<PeerDist:SegmentAges>{Describe(ages)}</PeerDist:SegmentAges>" : "";
        return $"<wsd:ProbeMatch><wsa:EndpointReference><wsa:Address>{WsdEnvelope.Escape(Address)}</wsa:Address>"
            + $"</wsa:EndpointReference><wsd:Types>PeerDist:{type}</wsd:Types><wsd:Scopes>{scopes}</wsd:Scopes>"
            + $"<wsd:XAddrs>{addresses}</wsd:XAddrs>"
            + $"<wsd:MetadataVersion>{(isV1 ? 1 : 2)}</wsd:MetadataVersion>"
            + $"<PeerDist:PeerDistData>{data}</PeerDist:PeerDistData></wsd:ProbeMatch>";
    }

    private static ProbeMatch? ReadV1(ProbeMatch match, string scopes, XElement data) =>
        Probe.TryReadList(scopes, out SegmentId[]? ids)
        && data.TryGetText(PeerDistNames.PeerDist + "BlockCount", out string? digits)
        && TryReadCounts(string.Concat(WsdElements.Split(digits)), ids, out SegmentBlockCount[]? segments)
            ? match with { Segments = segments }
            : null;

    // MS-PCCRD 2.2.3.9 shows two bytes a count in the text and four in the message; the number of ids tells.
    private static bool TryReadCounts(
        string digits, SegmentId[] ids, [NotNullWhen(true)] out SegmentBlockCount[]? segments)
    {
        segments = null;
        int width = digits.Length / ids.Length;
        if (width is not (4 or BlockCountDigits) || width * ids.Length != digits.Length)
        {
            return false;
        }

        var read = new SegmentBlockCount[ids.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            ReadOnlySpan<char> field = digits.AsSpan(i * width, width);
            if (!uint.TryParse(field, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint count))
            {
                return false;
            }

            read[i] = new(ids[i], count);
        }

        segments = read;
        return true;
    }

    private static ProbeMatch? ReadV2(ProbeMatch match, string scopes, XElement data)
    {
        if (!WsdElements.TryReadBase64(scopes, out byte[]? bits)
            || bits.Length is 0 or > (Probe.MaximumSegments / SegmentsPerByte) + 1)
        {
            return null;
        }

        // An invalid blob is discarded (MS-PCCRR 2.2.6); the answer stays.
        SegmentAges? ages = null;
        if (data.TryGetText(PeerDistNames.PeerDist + "SegmentAges", out string? text)
            && WsdElements.TryReadBase64(text, out byte[]? blob))
        {
            SegmentAges.TryRead(blob, out ages);
        }

        return match with { Availability = Unpack(bits), Ages = ages };
    }

    private static SegmentAvailability[] Unpack(byte[] bits)
    {
        var availability = new SegmentAvailability[bits.Length * SegmentsPerByte];
        for (int i = 0; i < availability.Length; i++)
        {
            int pair = bits[i / SegmentsPerByte] >> Shift(i) & 3;
            availability[i] = pair switch
            {
                3 => SegmentAvailability.Complete,
                2 => SegmentAvailability.Partial,
                _ => SegmentAvailability.None,
            };
        }

        return availability;
    }

    // The first segment is in the most significant bits.
    private static int Shift(int index) => BitsPerSegment * (SegmentsPerByte - 1 - (index % SegmentsPerByte));

    private static IPEndPoint[] ReadXAddrs(string text) =>
    [
        .. from item in WsdElements.Split(text).Take(MaximumXAddrs)
           let endpoint = EndpointText.TryRead(item, out IPEndPoint? parsed) ? parsed : null
           where endpoint is { Port: > 0 }
           select endpoint,
    ];

    private static string Describe(SegmentBlockCount segment) =>
        segment.BlockCount.ToString("X8", CultureInfo.InvariantCulture);

    private static string Describe(SegmentAges ages)
    {
        byte[] blob = new byte[ages.WireLength];
        var writer = new WireWriter(blob);
        ages.Write(ref writer);
        return Convert.ToBase64String(blob);
    }

    private byte[] Pack()
    {
        byte[] bits = new byte[(Availability.Count + SegmentsPerByte - 1) / SegmentsPerByte];
        for (int i = 0; i < Availability.Count; i++)
        {
            bits[i / SegmentsPerByte] |= (byte)((int)Availability[i] << Shift(i));
        }

        return bits;
    }
}

/// <summary>What a peer says it has of a segment, in version 2.0: the two bits of MS-PCCRD 2.2.3.3.</summary>
internal enum SegmentAvailability
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Some blocks.</summary>
    Partial = 2,

    /// <summary>All blocks.</summary>
    Complete = 3,
}

/// <summary>How many blocks of a segment a peer says it has, in version 1.0.</summary>
/// <param name="Id">The segment.</param>
/// <param name="BlockCount">The blocks.</param>
internal readonly record struct SegmentBlockCount(SegmentId Id, uint BlockCount);
