using System.Diagnostics.CodeAnalysis;
using PeerNet.Engine.Core;
using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>
/// The elements that several messages share. A field is its FieldID, its length including these four bytes, and its
/// content; lengths here are those of the content.
/// </summary>
internal static class PnrpWire
{
    /// <summary>Bytes of FieldID and Length.</summary>
    public const int FieldHeadLength = 4;

    /// <summary>Every FieldID starts on a multiple of this many bytes from the start of the message.</summary>
    public const int Alignment = 4;

    /// <summary>Ports up to this one are nobody's: MS-PNRP 2.2.3.4, 2.2.3.6 and 3.1.5.2 agree against 2.1.</summary>
    public const int LastReservedPort = 1024;

    /// <summary>NumEntries, ArrayLength, ElementFieldType and EntryLength of an array field.</summary>
    public const int ArrayHeadLength = 8;

    /// <summary>A route entry without its addresses (MS-PNRP 2.2.3.4).</summary>
    private const int RouteEntryHeadLength = PnrpId.WireLength + 6;

    private const int AddressLength = 16;

    /// <summary>Bytes of a field and the padding behind it.</summary>
    public static int PaddedFieldLength(int contentLength) =>
        (FieldHeadLength + contentLength + Alignment - 1) / Alignment * Alignment;

    /// <summary>Bytes of a field and the padding behind it; 0 for no content.</summary>
    public static int OptionalLength(ReadOnlySpan<byte> content) =>
        content.IsEmpty ? 0 : PaddedFieldLength(content.Length);

    /// <summary>Bytes of an array field.</summary>
    public static int ArrayFieldLength(int contentLength) => FieldHeadLength + ArrayHeadLength + contentLength;

    /// <summary>Reads a field's head; its content is as long as the head says and lies within the message.</summary>
    public static bool TryReadField(this scoped ref WireReader reader, PnrpField id, out int length)
    {
        length = 0;
        if (!reader.TryReadUInt16(out ushort actual)
            || actual != (ushort)id
            || !reader.TryReadUInt16(out ushort total)
            || total < FieldHeadLength)
        {
            return false;
        }

        length = total - FieldHeadLength;
        return length <= reader.Remaining;
    }

    /// <summary>Reads the head of a field whose content has one length only.</summary>
    public static bool TryReadField(this scoped ref WireReader reader, PnrpField id, int length) =>
        reader.TryReadField(id, out int actual) && actual == length;

    public static void WriteField(this ref WireWriter writer, PnrpField id, int length)
    {
        writer.WriteUInt16((ushort)id);
        writer.WriteUInt16(checked((ushort)(FieldHeadLength + length)));
    }

    /// <summary>Whether the field that comes next is <paramref name="id"/>: how optional fields are told apart.</summary>
    public static bool IsNext(this in WireReader reader, PnrpField id) =>
        reader.TryPeekUInt16(out ushort next) && next == (ushort)id;

    public static bool TryReadId(this scoped ref WireReader reader, out PnrpId id)
    {
        if (reader.TryReadBits128(out Bits128 high) && reader.TryReadBits128(out Bits128 low))
        {
            id = new PnrpId(high, low);
            return true;
        }

        id = default;
        return false;
    }

    public static void WriteId(this ref WireWriter writer, PnrpId id)
    {
        writer.WriteBits128(id.P2PId);
        writer.WriteBits128(id.ServiceLocation);
    }

    /// <summary>Reads a field that holds one PNRP ID.</summary>
    public static bool TryReadIdField(this scoped ref WireReader reader, PnrpField field, out PnrpId id)
    {
        id = default;
        return reader.TryReadField(field, PnrpId.WireLength) && reader.TryReadId(out id);
    }

    public static void WriteIdField(this ref WireWriter writer, PnrpField field, PnrpId id)
    {
        writer.WriteField(field, PnrpId.WireLength);
        writer.WriteId(id);
    }

    /// <summary>Reads the field that names the message which is answered.</summary>
    public static bool TryReadAcked(this scoped ref WireReader reader, out uint messageId)
    {
        messageId = 0;
        return reader.TryReadField(PnrpField.HeaderAcked, sizeof(uint)) && reader.TryReadUInt32(out messageId);
    }

    public static void WriteAcked(this ref WireWriter writer, uint messageId)
    {
        writer.WriteField(PnrpField.HeaderAcked, sizeof(uint));
        writer.WriteUInt32(messageId);
    }

    /// <summary>Reads an array field of fixed elements; <paramref name="elements"/> views them.</summary>
    public static bool TryReadArray(
        this scoped ref WireReader reader,
        PnrpField field,
        PnrpField elementField,
        int elementLength,
        out ReadOnlySpan<byte> elements)
    {
        elements = default;
        if (!reader.TryReadField(field, out int length)
            || !reader.TryReadUInt16(out ushort count)
            || !reader.TryReadUInt16(out ushort arrayLength)
            || !reader.TryReadUInt16(out ushort elementType)
            || !reader.TryReadUInt16(out ushort entryLength))
        {
            return false;
        }

        int expected = ArrayHeadLength + (count * elementLength);
        return length == expected
            && arrayLength == expected
            && elementType == (ushort)elementField
            && entryLength == elementLength
            && reader.TryReadBytes(count * elementLength, out elements);
    }

    public static void WriteArray(
        this ref WireWriter writer,
        PnrpField field,
        PnrpField elementField,
        int elementLength,
        scoped ReadOnlySpan<byte> elements)
    {
        writer.WriteField(field, ArrayHeadLength + elements.Length);
        writer.WriteUInt16((ushort)(elements.Length / elementLength));
        writer.WriteUInt16((ushort)(ArrayHeadLength + elements.Length));
        writer.WriteUInt16((ushort)elementField);
        writer.WriteUInt16((ushort)elementLength);
        writer.WriteBytes(elements);
    }

    /// <summary>Reads an IPV6_ENDPOINT array of <paramref name="minimum"/> to 22 entries.</summary>
    public static bool TryReadEndpoints(this scoped ref WireReader reader, int minimum, out PnrpEndpointList list)
    {
        list = default;
        return reader.TryReadArray(
                PnrpField.IPv6EndpointArray, PnrpField.IPv6Endpoint, PnrpEndpoint.WireLength, out ReadOnlySpan<byte> elements)
            && PnrpEndpointList.TryView(elements, out list)
            && list.Count >= minimum
            && list.Count <= PnrpEndpointList.MaximumCount;
    }

    public static void WriteEndpoints(this ref WireWriter writer, PnrpEndpointList list) =>
        writer.WriteArray(
            PnrpField.IPv6EndpointArray, PnrpField.IPv6Endpoint, PnrpEndpoint.WireLength, list.Elements);

    /// <summary>Reads a field of any content and its padding, where it is the next one; otherwise reads nothing.</summary>
    /// <returns>False where the field is there and malformed; without content it says nothing and is malformed too.</returns>
    public static bool TryReadOptional(
        this scoped ref WireReader reader, PnrpField field, out ReadOnlySpan<byte> content)
    {
        content = default;
        return !reader.IsNext(field)
            || (reader.TryReadField(field, out int length)
                && length > 0
                && reader.TryReadBytes(length, out content)
                && reader.TryAlign(Alignment));
    }

    /// <summary>Writes a field and its padding; nothing for no content.</summary>
    public static void WriteOptional(this ref WireWriter writer, PnrpField field, scoped ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty)
        {
            return;
        }

        writer.WriteField(field, content.Length);
        writer.WriteBytes(content);
        writer.Align(Alignment);
    }

    /// <summary>Reads a ROUTE_ENTRY field and its padding, where it is the next one; otherwise reads nothing.</summary>
    /// <returns>False where the field is there and malformed.</returns>
    public static bool TryReadOptionalRouteEntry(
        this scoped ref WireReader reader, SuiteAlgorithms suite, out RouteEntry? entry)
    {
        entry = null;
        return !reader.IsNext(PnrpField.RoutingEntry)
            || (reader.TryReadField(PnrpField.RoutingEntry, out int length)
                && TryReadRouteEntry(ref reader, suite, length, out entry)
                && reader.TryAlign(Alignment));
    }

    /// <summary>Writes a ROUTE_ENTRY field and its padding; nothing for no entry.</summary>
    public static void WriteOptionalRouteEntry(this ref WireWriter writer, SuiteAlgorithms suite, RouteEntry? entry)
    {
        if (entry is null)
        {
            return;
        }

        writer.WriteField(PnrpField.RoutingEntry, RouteEntryLength(entry));
        writer.WriteId(entry.Id);
        writer.WriteByte(PnrpVersion.MajorOf(suite));
        writer.WriteByte(PnrpVersion.Minor);
        writer.WriteUInt16(entry.Port);
        writer.WriteByte(0);
        writer.WriteByte((byte)entry.AddressCount);
        for (int i = 0; i < entry.AddressCount; i++)
        {
            writer.WriteBits128(entry[i]);
        }

        writer.Align(Alignment);
    }

    /// <summary>Bytes of a ROUTE_ENTRY field and its padding; 0 for no entry.</summary>
    public static int OptionalRouteEntryLength(RouteEntry? entry) =>
        entry is null ? 0 : PaddedFieldLength(RouteEntryLength(entry));

    private static int RouteEntryLength(RouteEntry entry) =>
        RouteEntryHeadLength + (entry.AddressCount * AddressLength);

    // MS-PNRP 2.2.3.4
    private static bool TryReadRouteEntry(
        scoped ref WireReader reader, SuiteAlgorithms suite, int length, [NotNullWhen(true)] out RouteEntry? entry)
    {
        entry = null;
        if (!reader.TryReadId(out PnrpId id)
            || !reader.TryReadByte(out byte major)
            || !reader.TryReadByte(out byte minor)
            || !reader.TryReadUInt16(out ushort port)
            || !reader.TrySkip(1)
            || !reader.TryReadByte(out byte count)
            || major != PnrpVersion.MajorOf(suite)
            || minor != PnrpVersion.Minor
            || port <= LastReservedPort
            || count is 0 or > RouteEntry.MaximumAddresses
            || length != RouteEntryHeadLength + (count * AddressLength))
        {
            return false;
        }

        Span<Bits128> addresses = stackalloc Bits128[count];
        for (int i = 0; i < count; i++)
        {
            if (!reader.TryReadBits128(out addresses[i]))
            {
                return false;
            }
        }

        entry = new RouteEntry(id, port, addresses);
        return true;
    }
}
