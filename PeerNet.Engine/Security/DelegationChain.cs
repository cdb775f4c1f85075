using System.Diagnostics.CodeAnalysis;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Security;

/// <summary>
/// The certificates by which the owner of an authority lets another identity publish names under it (MS-PNRP 1.3.2,
/// 2.2.3.5): the owner's root first, the publisher's last.
/// </summary>
internal sealed class DelegationChain
{
    /// <summary>Most certificates in a chain (MS-PNRP 2.2.3.5).</summary>
    public const int MaximumCertificates = 25;

    /// <summary>Largest chain, in bytes: what an AUTHORITY_BUFFER has room for beside the rest.</summary>
    public const int MaximumLength = 32 * 1024;

    private readonly List<PeerCertificate> _certificates;

    private DelegationChain(List<PeerCertificate> certificates) => _certificates = certificates;

    /// <summary>The certificates, the root first.</summary>
    public IReadOnlyList<PeerCertificate> Certificates => _certificates;

    private PeerCertificate Root => _certificates[0];

    private PeerCertificate Last => _certificates[^1];

    /// <summary>Reads a chain whose certificates all have the right form. Hostile input: nothing throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> pkcs7, [NotNullWhen(true)] out DelegationChain? chain)
    {
        chain = null;
        return pkcs7.Length <= MaximumLength && TryReadInPlace(pkcs7.ToArray(), out chain);
    }

    /// <summary>As <see cref="TryRead"/>, but that the certificates are views of the bytes that were read.</summary>
    public static bool TryReadInPlace(ReadOnlyMemory<byte> pkcs7, [NotNullWhen(true)] out DelegationChain? chain)
    {
        chain = null;
        if (pkcs7.Length > MaximumLength
            || !Pkcs7Certificates.TryDecode(pkcs7, MaximumCertificates, out List<ReadOnlyMemory<byte>>? list)
            || list.Count == 0)
        {
            return false;
        }

        List<PeerCertificate> certificates = new(list.Count);
        foreach (ReadOnlyMemory<byte> der in list)
        {
            if (!PeerCertificate.TryRead(der, out PeerCertificate? certificate))
            {
                return false;
            }

            certificates.Add(certificate);
        }

        chain = new DelegationChain(certificates);
        return true;
    }

    /// <summary>Judges a chain that came with a CPA (MS-PNRP 3.1.5.10). Hostile input: nothing throws.</summary>
    /// <param name="pkcs7">The chain.</param>
    /// <param name="signer">The key that signed the CPA.</param>
    /// <param name="authorityHash">The authority of the name that is published.</param>
    /// <param name="classifier">The classifier that is published.</param>
    /// <param name="utc">The time.</param>
    public static DelegationVerdict Validate(
        ReadOnlySpan<byte> pkcs7,
        PeerPublicKey signer,
        ReadOnlySpan<byte> authorityHash,
        string classifier,
        DateTimeOffset utc) =>
        !TryRead(pkcs7, out DelegationChain? chain) ? DelegationVerdict.Malformed
        : !chain.Last.PublicKey.Equals(signer) ? DelegationVerdict.WrongSigner
        : !chain.Root.PublicKey.AuthorityHash.SequenceEqual(authorityHash) ? DelegationVerdict.WrongAuthority
        : chain.Judge(utc) is not DelegationVerdict.Valid and var verdict ? verdict
        : chain.Allows(classifier) ? DelegationVerdict.Valid
        : DelegationVerdict.ClassifierNotDelegated;

    /// <summary>Issues a chain that ends at <paramref name="subject"/>.</summary>
    /// <param name="issuer">Makes the certificates.</param>
    /// <param name="owner">The delegator's key.</param>
    /// <param name="ownIdentity">The delegator's own certificate.</param>
    /// <param name="parent">The chain by which the delegator was given the right; null where it owns the authority.</param>
    /// <param name="subject">The delegate's own certificate, of the same suite.</param>
    /// <param name="grant">What is delegated. Its peer name counts only without a parent.</param>
    /// <param name="validity">When; cut to the parent's.</param>
    /// <returns>The PKCS #7.</returns>
    /// <exception cref="PeerException">The parent does not give this right, or the chain is too long.</exception>
    public static byte[] Issue(
        CertificateIssuer issuer,
        PeerPrivateKey owner,
        PeerCertificate ownIdentity,
        DelegationChain? parent,
        PeerCertificate subject,
        DelegationGrant grant,
        CertificateValidity validity)
    {
        parent ??= CreateRoot(issuer, owner, ownIdentity, grant.PeerName, validity);
        parent.ThrowIfNotExtensible(owner, grant);
        grant = grant with { PeerName = parent.Root.PeerName ?? grant.PeerName };
        validity = validity with { NotAfter = parent.Cut(validity.NotAfter) };
        byte[] member = issuer.IssueMember(owner, parent.Last, subject, grant, validity);
        byte[] chain = Pkcs7Certificates.Encode([.. parent._certificates.Select(one => one.RawData), member]);
        return chain.Length <= MaximumLength
            ? chain
            : throw PeerErrors.ChainTooLong.Exception("The delegation chain would be longer than 32 KiB; name fewer classifiers.");
    }

    /// <summary>Judges types, names, classifiers and signatures, and no time.</summary>
    /// <param name="keys">Where keys are looked for first; null for nowhere.</param>
    public DelegationVerdict JudgeForm(ReadyKeys? keys = null)
    {
        DelegationVerdict verdict = JudgeEnds();
        for (int i = 1; verdict == DelegationVerdict.Valid && i < _certificates.Count; i++)
        {
            verdict = JudgeLink(_certificates[i - 1], _certificates[i]);
        }

        // Signatures come last: they are what costs time.
        return verdict != DelegationVerdict.Valid || HasSoundSignatures(keys) ? verdict : DelegationVerdict.BadSignature;
    }

    private DelegationVerdict Judge(DateTimeOffset utc) =>
        _certificates.All(certificate => certificate.IsValidAt(utc)) ? JudgeForm() : DelegationVerdict.OutsideValidity;

    private DelegationVerdict JudgeEnds() =>
        Root.Type != PeerCertificateType.Root ? DelegationVerdict.WrongType
        : !PeerNameSyntax.IsPeerName(Root.PeerName) || Last.PeerName != Root.PeerName ? DelegationVerdict.WrongPeerName
        : !DelegationGrant.AreWellFormed(Root.Classifiers ?? []) ? DelegationVerdict.Malformed
        : DelegationVerdict.Valid;

    private static DelegationVerdict JudgeLink(PeerCertificate issuer, PeerCertificate subject) =>
        subject.Type != PeerCertificateType.Member ? DelegationVerdict.WrongType
        : subject.Role is not { } role || subject.Classifiers is not { } classifiers ? DelegationVerdict.Malformed
        : !DelegationGrant.AreWellFormed(classifiers) ? DelegationVerdict.Malformed
        : !subject.IssuerAlternativeName.Span.SequenceEqual(issuer.SubjectAlternativeName.Span)
            ? DelegationVerdict.NamesDoNotChain
        : !MayDelegate(issuer) ? DelegationVerdict.SubdelegationNotAllowed
        : DelegationGrant.IsLegal(issuer.Classifiers ?? [], role, classifiers) ? DelegationVerdict.Valid
        : DelegationVerdict.IllegalClassifiers;

    // MS-PNRP 1.3.2 lets a chain withhold subdelegation; of what it defines, only the role can say so.
    private static bool MayDelegate(PeerCertificate issuer) =>
        issuer.Type == PeerCertificateType.Root || (issuer.Role is { } role && DelegationGrant.MayExtend(role));

    private static DelegationChain CreateRoot(
        CertificateIssuer issuer,
        PeerPrivateKey owner,
        PeerCertificate ownIdentity,
        string peerName,
        CertificateValidity validity)
    {
        byte[] der = issuer.IssueRoot(owner, ownIdentity, peerName, validity);
        return PeerCertificate.TryRead(der, out PeerCertificate? root)
            ? new DelegationChain([root])
            : throw new InvalidOperationException("A root that was just issued cannot be read.");
    }

    private bool HasSoundSignatures(ReadyKeys? keys) =>
        IsSigned(Root, Root.PublicKey, keys)
        && Enumerable.Range(1, _certificates.Count - 1)
            .All(i => IsSigned(_certificates[i], _certificates[i - 1].PublicKey, keys));

    private static bool IsSigned(PeerCertificate certificate, PeerPublicKey issuer, ReadyKeys? keys) =>
        keys is null ? certificate.IsSignedBy(issuer) : certificate.IsSignedBy(issuer, keys);

    private bool Allows(string classifier) =>
        Last.Type == PeerCertificateType.Root
        || DelegationGrant.IsLegal(Last.Classifiers ?? [], Last.Role ?? PeerRole.Member, classifier);

    private DateTimeOffset Cut(DateTimeOffset notAfter) =>
        _certificates.Select(certificate => certificate.NotAfter).Append(notAfter).Min();

    private void ThrowIfNotExtensible(PeerPrivateKey owner, DelegationGrant grant)
    {
        if (!Last.PublicKey.Equals(owner.PublicKey) || !MayDelegate(Last))
        {
            throw PeerErrors.NotAuthorized.Exception("The parent chain does not let this identity delegate further.");
        }

        if (!DelegationGrant.IsLegal(Last.Classifiers ?? [], grant.Role, grant.Classifiers))
        {
            throw PeerErrors.NotAuthorized.Exception(
                "The parent chain does not cover the classifiers that are to be delegated.", grant.Classifiers);
        }

        if (_certificates.Count == MaximumCertificates)
        {
            throw PeerErrors.ChainTooLong.Exception("The parent chain has 25 certificates already; no more are allowed.");
        }
    }
}
