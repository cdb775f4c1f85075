using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;

namespace PeerNet.Engine.Security;

/// <summary>
/// Certificates in order, in a PKCS #7 SignedData that signs nothing (RFC 2315 9.1). MS-PNRP gives the order a meaning,
/// which the framework's own PKCS #7 does not keep.
/// </summary>
internal static class Pkcs7Certificates
{
    private static readonly Asn1Tag Tag0 = new(TagClass.ContextSpecific, 0, isConstructed: true);

    public static byte[] Encode(IEnumerable<ReadOnlyMemory<byte>> certificates)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(PeerOids.Pkcs7SignedData);
            using (writer.PushSequence(Tag0))
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                WriteEmptySet(writer);
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(PeerOids.Pkcs7Data);
                }

                using (writer.PushSequence(Tag0))
                {
                    foreach (ReadOnlyMemory<byte> certificate in certificates)
                    {
                        writer.WriteEncodedValue(certificate.Span);
                    }
                }

                WriteEmptySet(writer);
            }
        }

        return writer.Encode();
    }

    /// <summary>Reads at most <paramref name="maximum"/> certificates. Hostile input: nothing throws.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> pkcs7, int maximum, [NotNullWhen(true)] out List<ReadOnlyMemory<byte>>? certificates)
    {
        certificates = null;
        try
        {
            certificates = Decode(pkcs7, maximum);
        }
        catch (AsnContentException)
        {
            // Not DER: bad input, which the caller counts.
            return false;
        }

        return certificates is not null;
    }

    private static List<ReadOnlyMemory<byte>>? Decode(ReadOnlyMemory<byte> pkcs7, int maximum)
    {
        AsnReader outer = new(pkcs7, AsnEncodingRules.DER);
        AsnReader contentInfo = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        if (contentInfo.ReadObjectIdentifier() != PeerOids.Pkcs7SignedData)
        {
            return null;
        }

        AsnReader signedData = contentInfo.ReadSequence(Tag0).ReadSequence();
        if (!signedData.TryReadInt32(out int version) || version != 1)
        {
            return null;
        }

        signedData.ReadSetOf(skipSortOrderValidation: true);
        signedData.ReadSequence();
        AsnReader list = signedData.ReadSequence(Tag0);
        List<ReadOnlyMemory<byte>> certificates = [];
        while (list.HasData)
        {
            if (certificates.Count == maximum)
            {
                return null;
            }

            certificates.Add(list.ReadEncodedValue());
        }

        return certificates;
    }

    private static void WriteEmptySet(AsnWriter writer)
    {
        writer.PushSetOf();
        writer.PopSetOf();
    }
}
