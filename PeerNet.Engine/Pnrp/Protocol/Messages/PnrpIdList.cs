using PeerNet.Engine.Core;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>A view of PNRP IDs as they lie on the wire (MS-PNRP 2.2.2.2, 2.2.2.3).</summary>
internal readonly ref struct PnrpIdList
{
    /// <summary>Most ids that PeerNet puts into one message, so that it stays within <see cref="PnrpDatagram.MaximumLength"/>.</summary>
    public const int MaximumCount = 36;

    /// <summary>Most ids that the format allows; a datagram holds fewer.</summary>
    private const int FormatMaximum = 0x7FFF;

    private PnrpIdList(ReadOnlySpan<byte> elements) => Elements = elements;

    /// <summary>The elements' bytes.</summary>
    public ReadOnlySpan<byte> Elements { get; }

    public int Count => Elements.Length / PnrpId.WireLength;

    /// <summary>Bytes of the array field.</summary>
    public int WireLength => PnrpWire.ArrayFieldLength(Elements.Length);

    public PnrpId this[int index]
    {
        get
        {
            ReadOnlySpan<byte> element = Elements.Slice(index * PnrpId.WireLength, PnrpId.WireLength);
            return new PnrpId(
                Bits128.Read(element),
                Bits128.Read(element[16..]));
        }
    }

    /// <summary>Lays ids out in <paramref name="scratch"/>, which the list then borrows.</summary>
    public static PnrpIdList From(scoped ReadOnlySpan<PnrpId> ids, Span<byte> scratch)
    {
        var writer = new WireWriter(scratch);
        foreach (PnrpId id in ids)
        {
            writer.WriteId(id);
        }

        return new PnrpIdList(scratch[..writer.Position]);
    }

    public static bool TryRead(scoped ref WireReader reader, out PnrpIdList list)
    {
        if (reader.TryReadArray(PnrpField.PnrpIdArray, PnrpField.PnrpId, PnrpId.WireLength, out ReadOnlySpan<byte> ids)
            && ids.Length / PnrpId.WireLength <= FormatMaximum)
        {
            list = new PnrpIdList(ids);
            return true;
        }

        list = default;
        return false;
    }

    public void Write(ref WireWriter writer) =>
        writer.WriteArray(PnrpField.PnrpIdArray, PnrpField.PnrpId, PnrpId.WireLength, Elements);

    public bool Contains(PnrpId id)
    {
        for (int i = 0; i < Count; i++)
        {
            if (this[i] == id)
            {
                return true;
            }
        }

        return false;
    }
}
