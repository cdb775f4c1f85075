using System.Buffers.Binary;
using PeerNet.Engine.Core;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>A view of IPV6_ENDPOINT structures as they lie on the wire (MS-PNRP 2.2.3.6).</summary>
internal readonly ref struct PnrpEndpointList
{
    /// <summary>Most entries of a Flagged Path (MS-PNRP 2.2.2.8) and of an Already Flooded List (2.2.2.4).</summary>
    public const int MaximumCount = 22;

    private PnrpEndpointList(ReadOnlySpan<byte> elements) => Elements = elements;

    /// <summary>The elements' bytes.</summary>
    public ReadOnlySpan<byte> Elements { get; }

    public int Count => Elements.Length / PnrpEndpoint.WireLength;

    public PnrpEndpoint this[int index]
    {
        get
        {
            ReadOnlySpan<byte> element = Elements.Slice(index * PnrpEndpoint.WireLength, PnrpEndpoint.WireLength);
            return new PnrpEndpoint(
                Bits128.Read(element[sizeof(ushort)..]),
                BinaryPrimitives.ReadUInt16BigEndian(element));
        }
    }

    /// <summary>Lays endpoints out in <paramref name="scratch"/>, which the list then borrows.</summary>
    public static PnrpEndpointList From(scoped ReadOnlySpan<PnrpEndpoint> endpoints, Span<byte> scratch)
    {
        var writer = new WireWriter(scratch);
        foreach (PnrpEndpoint endpoint in endpoints)
        {
            writer.WriteUInt16(endpoint.Port);
            writer.WriteBits128(endpoint.Address);
        }

        return new PnrpEndpointList(scratch[..writer.Position]);
    }

    /// <summary>Views bytes of whole elements. False where a port is one that no node may have.</summary>
    public static bool TryView(ReadOnlySpan<byte> elements, out PnrpEndpointList list)
    {
        list = new PnrpEndpointList(elements);
        for (int i = 0; i < list.Count; i++)
        {
            if (list[i].Port <= PnrpWire.LastReservedPort)
            {
                return false;
            }
        }

        return true;
    }

    public bool Contains(PnrpEndpoint endpoint)
    {
        for (int i = 0; i < Count; i++)
        {
            if (this[i] == endpoint)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether any endpoint of <paramref name="entry"/> is in the list.</summary>
    public bool ContainsAny(RouteEntry entry)
    {
        for (int i = 0; i < Count; i++)
        {
            if (entry.Has(this[i]))
            {
                return true;
            }
        }

        return false;
    }

    public PnrpEndpoint[] ToArray()
    {
        var endpoints = new PnrpEndpoint[Count];
        for (int i = 0; i < endpoints.Length; i++)
        {
            endpoints[i] = this[i];
        }

        return endpoints;
    }
}
