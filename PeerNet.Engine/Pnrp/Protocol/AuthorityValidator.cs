using System.Diagnostics.CodeAnalysis;
using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>Checks CPAs and what comes with them (MS-PNRP 3.1.5.7 to 3.1.5.10). Hostile input: nothing throws.</summary>
internal static class AuthorityValidator
{
    /// <summary>Checks the answer to an INQUIRE.</summary>
    /// <param name="suite">The node's suite.</param>
    /// <param name="buffer">The answer.</param>
    /// <param name="expectedId">The Validate PNRP ID of the INQUIRE.</param>
    /// <param name="nonce">The nonce of the INQUIRE; zero where it had none.</param>
    /// <param name="utc">The time by the node's clock.</param>
    /// <param name="name">What the CPA certifies, where the verdict is <see cref="CpaVerdict.Valid"/>.</param>
    /// <param name="asked">What the INQUIRE asked for: an extended payload that was asked for must be there if the
    /// registration has one.</param>
    /// <remarks>
    /// The id is compared with the one that was asked for, and with the route entry's where there is one: the list of
    /// what an answer to an INQUIRE holds (3.2.5.6) has no route entry. A classifier in the answer must be the one that
    /// the CPA hashes, which the specification forgets: chains restrict classifiers, and it is the classifier that they
    /// are checked against.
    /// </remarks>
    public static CpaVerdict Validate(
        SuiteAlgorithms suite,
        in AuthorityBuffer buffer,
        PnrpId expectedId,
        Bits128 nonce,
        DateTimeOffset utc,
        out CertifiedName? name,
        InquireFlags asked = InquireFlags.None)
    {
        name = null;
        CpaVerdict verdict = Read(suite, buffer.Cpa, isRevoke: false, utc, out CertifiedPeerAddress cpa);
        if (verdict != CpaVerdict.Valid)
        {
            return verdict;
        }

        if (cpa.Nonce != nonce)
        {
            return CpaVerdict.WrongNonce;
        }

        byte[] authority = new byte[SuiteAlgorithms.HashLength];
        cpa.CopyAuthority(authority);
        if (IdOf(suite, cpa, authority) != expectedId
            || (buffer.RouteEntry is { } entry && entry.Id != expectedId)
            || !TryReadName(suite, buffer, cpa, authority, out PeerName? peerName))
        {
            return CpaVerdict.WrongId;
        }

        if (!PeerPublicKey.TryRead(suite, cpa.PublicKey, out PeerPublicKey? signer)
            || !PeerText.TryDecode(cpa.FriendlyName, cpa.IsFriendlyNameUtf8, out string? comment))
        {
            return CpaVerdict.Malformed;
        }

        // Signatures come late and chains last: they are what costs time.
        bool isSecure = !cpa.ReversedAuthority.IsEmpty;
        bool isOwner = signer.AuthorityHash.SequenceEqual(authority);
        if (isSecure && !isOwner && buffer.CertificateChain.IsEmpty)
        {
            return CpaVerdict.WrongKey;
        }

        if (!signer.Verify(cpa.SignedData, cpa.Signature))
        {
            return CpaVerdict.BadSignature;
        }

        if (isSecure && !buffer.CertificateChain.IsEmpty)
        {
            verdict = JudgeChain(buffer, signer, authority, peerName, utc);
        }

        ReadOnlyMemory<byte>? data = null;
        string? text = null;
        if (verdict == CpaVerdict.Valid)
        {
            verdict = ReadPayload(suite, buffer, cpa, expectedId, signer, utc, asked, out data, out text);
        }

        if (verdict != CpaVerdict.Valid)
        {
            return verdict;
        }

        name = new CertifiedName
        {
            Id = expectedId,
            Name = peerName,
            AuthorityHash = authority,
            Endpoints = cpa.Endpoints.ToArray(),
            Comment = comment,
            HasExtendedPayload = cpa.HasExtendedPayload,
            Data = data,
            Text = text,
            Signer = signer,
            IsSecure = isSecure,
            IsDelegated = isSecure && !isOwner,
            ServiceAddresses = cpa.ServiceAddresses.ToArray(),
            NotAfter = FileTime.ToTime(cpa.NotAfter),
        };
        return CpaVerdict.Valid;
    }

    /// <summary>Checks a revoke CPA from a FLOOD (MS-PNRP 3.1.5.5).</summary>
    /// <param name="suite">The node's suite.</param>
    /// <param name="cpa">The Encoded CPA.</param>
    /// <param name="utc">The time by the node's clock.</param>
    /// <param name="id">The registration that is withdrawn, once the CPA could be read.</param>
    /// <param name="signer">The key whose signature is on it, once that has been verified.</param>
    /// <param name="isSecure">Whether the name is a secure one. Of an unsecured name anybody can sign a revoke.</param>
    /// <returns>
    /// <see cref="CpaVerdict.Valid"/> for a sound signature by the owner of a secure name, or by anybody for an unsecured
    /// one; <see cref="CpaVerdict.WrongKey"/>, with all outputs set, for a sound signature by somebody else, who may be
    /// a delegate: a FLOOD carries no chain.
    /// </returns>
    public static CpaVerdict ValidateRevoke(
        SuiteAlgorithms suite,
        ReadOnlySpan<byte> cpa,
        DateTimeOffset utc,
        out PnrpId id,
        out PeerPublicKey? signer,
        out bool isSecure)
    {
        id = default;
        signer = null;
        isSecure = false;
        CpaVerdict verdict = Read(suite, cpa, isRevoke: true, utc, out CertifiedPeerAddress view);
        if (verdict != CpaVerdict.Valid)
        {
            return verdict;
        }

        Span<byte> authority = stackalloc byte[SuiteAlgorithms.HashLength];
        view.CopyAuthority(authority);
        id = IdOf(suite, view, authority);
        isSecure = !view.ReversedAuthority.IsEmpty;
        if (!PeerPublicKey.TryRead(suite, view.PublicKey, out PeerPublicKey? key))
        {
            return CpaVerdict.Malformed;
        }

        if (!key.Verify(view.SignedData, view.Signature))
        {
            return CpaVerdict.BadSignature;
        }

        signer = key;
        return isSecure && !key.AuthorityHash.SequenceEqual(authority) ? CpaVerdict.WrongKey : CpaVerdict.Valid;
    }

    /// <summary>The registration that a CPA speaks of, read without checking anything: a revoke of an id that is not
    /// known is not worth a signature check.</summary>
    public static bool TryReadId(SuiteAlgorithms suite, ReadOnlySpan<byte> cpa, out PnrpId id)
    {
        id = default;
        if (!CertifiedPeerAddress.TryRead(cpa, suite, out CertifiedPeerAddress view))
        {
            return false;
        }

        Span<byte> authority = stackalloc byte[SuiteAlgorithms.HashLength];
        view.CopyAuthority(authority);
        id = IdOf(suite, view, authority);
        return true;
    }

    private static CpaVerdict Read(
        SuiteAlgorithms suite,
        ReadOnlySpan<byte> encoded,
        bool isRevoke,
        DateTimeOffset utc,
        out CertifiedPeerAddress cpa)
    {
        cpa = default;
        if (encoded.Length >= CertifiedPeerAddress.FixedLength && !CertifiedPeerAddress.HasVersion(encoded, suite))
        {
            return CpaVerdict.WrongVersion;
        }

        if (!CertifiedPeerAddress.TryRead(encoded, suite, out cpa))
        {
            return CpaVerdict.Malformed;
        }

        if (cpa.IsRevoke != isRevoke)
        {
            return CpaVerdict.WrongPurpose;
        }

        // An unsecured name has no authority field (MS-PNRP 2.2.3.1), so one of zeros names nobody.
        bool hasAuthority = !cpa.ReversedAuthority.IsEmpty;
        if (hasAuthority ? !cpa.ReversedAuthority.ContainsAnyExcept((byte)0) : cpa.ClassifierHash.IsEmpty)
        {
            return CpaVerdict.NoAuthority;
        }

        return IsCurrent(cpa.NotAfter, utc) ? CpaVerdict.Valid : CpaVerdict.Expired;
    }

    // MS-PNRP 3.1.5.7 and 3.1.5.8 refuse what is past, and nothing else: the other clock may be ahead, or this one behind.
    private static bool IsCurrent(ulong notAfter, DateTimeOffset utc) => FileTime.ToTime(notAfter) >= utc;

    // MS-PNRP 3.1.4.4.1. A CPA without classifier hash is that of a name without classifier.
    private static PnrpId IdOf(SuiteAlgorithms suite, in CertifiedPeerAddress cpa, ReadOnlySpan<byte> authority)
    {
        Span<byte> classifierHash = stackalloc byte[SuiteAlgorithms.HashLength];
        CopyClassifierHash(suite, cpa, classifierHash);
        return new PnrpId(P2PIds.Create(suite, classifierHash, authority), cpa.ServiceLocation);
    }

    private static void CopyClassifierHash(
        SuiteAlgorithms suite, in CertifiedPeerAddress cpa, Span<byte> destination)
    {
        if (cpa.ClassifierHash.IsEmpty)
        {
            suite.Hash([], destination);
            return;
        }

        cpa.ClassifierHash.CopyTo(destination);
    }

    private static bool TryReadName(
        SuiteAlgorithms suite,
        in AuthorityBuffer buffer,
        in CertifiedPeerAddress cpa,
        ReadOnlySpan<byte> authority,
        out PeerName? name)
    {
        name = null;
        if (!buffer.HasClassifier)
        {
            return true;
        }

        Span<byte> hashed = stackalloc byte[SuiteAlgorithms.HashLength];
        CopyClassifierHash(suite, cpa, hashed);
        if (!TryReadClassifier(suite, buffer.Classifier, hashed, out string? classifier))
        {
            return false;
        }

        string prefix = cpa.ReversedAuthority.IsEmpty ? "0" : Convert.ToHexStringLower(authority);
        return PeerName.TryParse($"{prefix}.{classifier}", out name);
    }

    // "Unicode" (MS-PNRP 2.2.2.6.1) leaves the byte order of the field open, which the hash of the little-endian text
    // decides: the field is read in the order in which it has that hash.
    private static bool TryReadClassifier(
        SuiteAlgorithms suite, ReadOnlySpan<byte> field, ReadOnlySpan<byte> hashed, [NotNullWhen(true)] out string? classifier)
    {
        Span<byte> hash = stackalloc byte[SuiteAlgorithms.HashLength];
        suite.Hash(field, hash);
        if (hash.SequenceEqual(hashed))
        {
            return PeerText.TryDecode(field, isUtf8: false, out classifier);
        }

        Span<byte> swapped = stackalloc byte[PeerName.MaximumClassifier * sizeof(char)];
        swapped = swapped[..field.Length];
        for (int i = 0; i < field.Length; i++)
        {
            swapped[i] = field[i ^ 1];
        }

        classifier = null;
        suite.Hash(swapped, hash);
        return hash.SequenceEqual(hashed) && PeerText.TryDecode(swapped, isUtf8: false, out classifier);
    }

    // MS-PNRP 3.1.5.10. A chain cannot be judged without the classifier that it is to allow.
    private static CpaVerdict JudgeChain(
        in AuthorityBuffer buffer,
        PeerPublicKey signer,
        ReadOnlySpan<byte> authority,
        PeerName? name,
        DateTimeOffset utc)
    {
        if (name is null)
        {
            return CpaVerdict.InvalidChain;
        }

        return DelegationChain.Validate(buffer.CertificateChain, signer, authority, name.Classifier, utc) switch
        {
            DelegationVerdict.Valid => CpaVerdict.Valid,
            DelegationVerdict.OutsideValidity => CpaVerdict.Expired,
            _ => CpaVerdict.InvalidChain,
        };
    }

    // MS-PNRP 3.1.5.8
    private static CpaVerdict ReadPayload(
        SuiteAlgorithms suite,
        in AuthorityBuffer buffer,
        in CertifiedPeerAddress cpa,
        PnrpId id,
        PeerPublicKey signer,
        DateTimeOffset utc,
        InquireFlags asked,
        out ReadOnlyMemory<byte>? data,
        out string? text)
    {
        data = null;
        text = null;
        if (buffer.ExtendedPayload.IsEmpty)
        {
            return cpa.HasExtendedPayload && asked.HasFlag(InquireFlags.ExtendedPayload)
                ? CpaVerdict.InvalidPayload
                : CpaVerdict.Valid;
        }

        if (!cpa.HasExtendedPayload
            || !ExtendedPayload.TryRead(buffer.ExtendedPayload, suite, out ExtendedPayload payload)
            || payload.Id != id
            || payload.Nonce != cpa.Nonce
            || (payload.IsText && !PeerText.TryDecode(payload.Content, payload.IsUtf8, out text))
            || !signer.Verify(payload.SignedData, payload.Signature))
        {
            text = null;
            return CpaVerdict.InvalidPayload;
        }

        if (!IsCurrent(payload.NotAfter, utc))
        {
            text = null;
            return CpaVerdict.Expired;
        }

        data = payload.Content.ToArray();
        return CpaVerdict.Valid;
    }
}
