using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>
/// The answer to an INQUIRE or LOOKUP, which travels in one or more <see cref="AuthorityMessage"/> (MS-PNRP 2.2.2.6.1).
/// </summary>
/// <remarks>
/// The parts are views, and none but the route entry has been read: <see cref="AuthorityValidator"/> does that. An empty
/// field counts as malformed, but an empty classifier does not: a secure name may have one.
/// </remarks>
internal readonly ref struct AuthorityBuffer
{
    /// <summary>Most bytes of a buffer.</summary>
    public const int MaximumLength = 37348;

    /// <summary>Bytes that always suffice for everything but the certificate chain and the payload's content.</summary>
    public const int Overhead = 2 * 1024;

    private const int WcharLength = 2;

    public AuthorityFlags Flags { get; init; }

    /// <summary>A PKCS #7 certificate chain (MS-PNRP 2.2.3.5), or empty.</summary>
    public ReadOnlySpan<byte> CertificateChain { get; init; }

    /// <summary>Whether there is a classifier, be it an empty one.</summary>
    public bool HasClassifier { get; init; }

    /// <summary>
    /// The classifier in UTF-16 without NUL: 0 to <see cref="PeerName.MaximumClassifier"/> code units. "Unicode" does not
    /// settle the byte order: it is written in little-endian, which is what the classifier's hash is made of, and read in
    /// either order.
    /// </summary>
    public ReadOnlySpan<byte> Classifier { get; init; }

    /// <summary>An EXTENDED_PAYLOAD (MS-PNRP 2.2.3.3), or empty.</summary>
    public ReadOnlySpan<byte> ExtendedPayload { get; init; }

    public RouteEntry? RouteEntry { get; init; }

    /// <summary>An Encoded CPA (MS-PNRP 2.2.3.1), or empty.</summary>
    public ReadOnlySpan<byte> Cpa { get; init; }

    /// <summary>Bytes of the whole buffer.</summary>
    public int WireLength =>
        PnrpWire.PaddedFieldLength(sizeof(ushort))
        + PnrpWire.OptionalLength(CertificateChain)
        + (HasClassifier
            ? PnrpWire.PaddedFieldLength(PnrpWire.ArrayHeadLength + Classifier.Length)
            : 0)
        + PnrpWire.OptionalLength(ExtendedPayload)
        + PnrpWire.OptionalRouteEntryLength(RouteEntry)
        + (Cpa.IsEmpty ? 0 : PnrpWire.FieldHeadLength + Cpa.Length);

    /// <summary>Reads a whole, reassembled buffer. Nothing throws.</summary>
    public static bool TryRead(scoped ref WireReader reader, SuiteAlgorithms suite, out AuthorityBuffer buffer)
    {
        buffer = default;
        if (reader.Remaining > MaximumLength
            || !reader.TryReadField(PnrpField.Flags, sizeof(ushort))
            || !reader.TryReadUInt16(out ushort flags)
            || !reader.TryAlign(PnrpWire.Alignment)
            || !reader.TryReadOptional(PnrpField.CertificateChain, out ReadOnlySpan<byte> chain)
            || !TryReadClassifier(ref reader, out bool hasClassifier, out ReadOnlySpan<byte> classifier)
            || !reader.TryReadOptional(PnrpField.ExtendedPayload, out ReadOnlySpan<byte> payload)
            || !reader.TryReadOptionalRouteEntry(suite, out RouteEntry? entry)
            || !TryReadCpa(ref reader, out ReadOnlySpan<byte> cpa)
            || reader.Remaining != 0)
        {
            return false;
        }

        buffer = new AuthorityBuffer
        {
            Flags = (AuthorityFlags)flags & AuthorityFlags.All,
            CertificateChain = chain,
            HasClassifier = hasClassifier,
            Classifier = classifier,
            ExtendedPayload = payload,
            RouteEntry = entry,
            Cpa = cpa,
        };
        return true;
    }

    public void Write(ref WireWriter writer, SuiteAlgorithms suite)
    {
        writer.WriteField(PnrpField.Flags, sizeof(ushort));
        writer.WriteUInt16((ushort)Flags);
        writer.Align(PnrpWire.Alignment);
        writer.WriteOptional(PnrpField.CertificateChain, CertificateChain);
        if (HasClassifier)
        {
            writer.WriteArray(PnrpField.Classifier, PnrpField.Wchar, WcharLength, Classifier);
            writer.Align(PnrpWire.Alignment);
        }

        writer.WriteOptional(PnrpField.ExtendedPayload, ExtendedPayload);
        writer.WriteOptionalRouteEntry(suite, RouteEntry);
        if (!Cpa.IsEmpty)
        {
            writer.WriteField(PnrpField.ValidateCpa, Cpa.Length);
            writer.WriteBytes(Cpa);
        }
    }

    private static bool TryReadClassifier(
        scoped ref WireReader reader, out bool present, out ReadOnlySpan<byte> classifier)
    {
        classifier = default;
        present = reader.IsNext(PnrpField.Classifier);
        return !present
            || (reader.TryReadArray(PnrpField.Classifier, PnrpField.Wchar, WcharLength, out classifier)
                && classifier.Length <= PeerName.MaximumClassifier * WcharLength
                && reader.TryAlign(PnrpWire.Alignment));
    }

    // The last field: nothing follows that padding would have to align.
    private static bool TryReadCpa(scoped ref WireReader reader, out ReadOnlySpan<byte> cpa)
    {
        cpa = default;
        return reader.Remaining == 0
            || (reader.TryReadField(PnrpField.ValidateCpa, out int length)
                && length > 0
                && reader.TryReadBytes(length, out cpa));
    }
}
