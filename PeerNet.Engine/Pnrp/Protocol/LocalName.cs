using PeerNet.Engine.Core;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>A name that this node publishes in one cloud: makes its signed answers (MS-PNRP 3.2.5.6 to 3.2.5.9).</summary>
internal sealed class LocalName
{
    /// <summary>The shortest and longest life of a CPA (MS-PNRP 2.2.3.1).</summary>
    public static readonly TimeSpan MinimumCpaLifetime = TimeSpan.FromHours(12);

    /// <inheritdoc cref="MinimumCpaLifetime"/>
    public static readonly TimeSpan MaximumCpaLifetime = TimeSpan.FromDays(7);

    private readonly PeerPrivateKey _key;
    private readonly SuiteAlgorithms _suite;
    private readonly Dictionary<InquireFlags, int> _lengths = [];
    private readonly byte[] _certificateChain;
    private readonly TimeSpan _cpaLifetime;
    private readonly byte[] _classifier;
    private readonly byte[] _classifierHash = [];
    private readonly byte[] _reversedAuthority = [];
    private readonly byte[] _friendlyName;
    private readonly bool _isFriendlyNameUtf8;
    private readonly byte[] _endpoints;
    private readonly byte[] _content;
    private readonly bool _isContentUtf8;

    /// <summary>Prepares a name. What the caller must have checked throws <see cref="ArgumentException"/>.</summary>
    /// <param name="key">The key that signs; stays the caller's, and must live as long as this object is used.</param>
    /// <param name="name">The peer name. A secure one belongs to <paramref name="key"/>, or to the root of the chain.</param>
    /// <param name="locationPrefix">The upper half of the service location.</param>
    /// <param name="locationSuffix">The lower half: random for every registration.</param>
    /// <param name="payload">What the application publishes.</param>
    /// <param name="certificateChain">The PKCS #7 delegation chain, if the name is another identity's. Chain and extended
    /// payload must fit into one AUTHORITY_BUFFER.</param>
    /// <param name="cpaLifetime">How long a CPA is valid: 12 hours to a week. Null is a day.</param>
    public LocalName(
        PeerPrivateKey key,
        PeerName name,
        ulong locationPrefix,
        ulong locationSuffix,
        LocalNamePayload payload,
        byte[]? certificateChain = null,
        TimeSpan? cpaLifetime = null)
    {
        _key = key;
        _suite = key.Algorithms;
        _certificateChain = certificateChain ?? [];
        _cpaLifetime = cpaLifetime ?? TimeSpan.FromDays(1);
        ArgumentOutOfRangeException.ThrowIfLessThan(_cpaLifetime, MinimumCpaLifetime, nameof(cpaLifetime));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_cpaLifetime, MaximumCpaLifetime, nameof(cpaLifetime));
        if (name.IsSecure && _certificateChain.Length == 0 && name.Authority != key.PublicKey.ToString())
        {
            throw new ArgumentException("The name belongs to another key, and there is no chain.", nameof(name));
        }

        Id = PnrpIds.Create(_suite, name, locationPrefix, locationSuffix);
        Name = name;
        Payload = payload;
        _classifier = Utf16.Encode(name.Classifier);
        if (name.IsSecure)
        {
            _reversedAuthority = new byte[SuiteAlgorithms.HashLength];
            P2PIds.CopyAuthority(name, _reversedAuthority);
            Array.Reverse(_reversedAuthority);
        }

        // MS-PNRP 2.2.3.1: where there is a classifier; and A or C must be set.
        if (!name.IsSecure || _classifier.Length > 0)
        {
            _classifierHash = new byte[SuiteAlgorithms.HashLength];
            _suite.Hash(_classifier, _classifierHash);
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            payload.Endpoints.Count, PeerRegistrationRequest.MaximumEndpoints, nameof(payload));
        _endpoints = AppEndpointList.Encode(payload.Endpoints);
        _friendlyName = EncodeFriendlyName(payload.Comment, out _isFriendlyNameUtf8);
        _content = EncodeContent(payload, out _isContentUtf8);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            _certificateChain.Length + _content.Length,
            AuthorityBuffer.MaximumLength - AuthorityBuffer.Overhead,
            nameof(certificateChain));
    }

    /// <summary>The registration's id.</summary>
    public PnrpId Id { get; }

    /// <summary>The peer name.</summary>
    public PeerName Name { get; }

    /// <summary>What the application publishes.</summary>
    public LocalNamePayload Payload { get; }

    /// <summary>Whether the right to publish comes from a chain.</summary>
    public bool IsDelegated => _certificateChain.Length > 0;

    /// <summary>The whole AUTHORITY_BUFFER that answers an INQUIRE (MS-PNRP 3.2.5.6).</summary>
    /// <param name="flags">What the INQUIRE asks for. Nothing gives a buffer that says no more than that the name is
    /// here; anything comes with classifier and route entry, which its receiver checks it against.</param>
    /// <param name="nonce">The nonce of the INQUIRE; zero where it has none.</param>
    /// <param name="utc">The time by the node's clock.</param>
    /// <param name="ownEntry">The registration's route entry. Its first addresses, at most four, become the service
    /// addresses.</param>
    public byte[] BuildAuthority(InquireFlags flags, Bits128 nonce, DateTimeOffset utc, RouteEntry ownEntry)
    {
        var answer = new AuthorityBuffer();
        if (flags != InquireFlags.None)
        {
            ulong notAfter = FileTime.From(utc + _cpaLifetime);
            answer = new AuthorityBuffer
            {
                CertificateChain = flags.HasFlag(InquireFlags.CertificateChain) ? _certificateChain : [],
                HasClassifier = true,
                Classifier = _classifier,
                ExtendedPayload = flags.HasFlag(InquireFlags.ExtendedPayload) ? BuildPayload(nonce, notAfter) : [],
                RouteEntry = ownEntry,
                Cpa = flags.HasFlag(InquireFlags.Cpa) ? BuildCpa(nonce, notAfter, ownEntry) : [],
            };
        }

        byte[] buffer = new byte[answer.WireLength];
        var writer = new WireWriter(buffer);
        answer.Write(ref writer, _suite);
        return buffer;
    }

    /// <summary>How long such an answer is, give or take an address. Only the first of its kind is signed for it.</summary>
    public int LengthOfAuthority(InquireFlags flags, DateTimeOffset utc, RouteEntry ownEntry)
    {
        if (!_lengths.TryGetValue(flags, out int length))
        {
            length = BuildAuthority(flags, default, utc, ownEntry).Length;
            _lengths.Add(flags, length);
        }

        return length;
    }

    /// <summary>The Encoded CPA that withdraws the registration (MS-PNRP 3.2.4.2): no nonce, addresses or payload.</summary>
    public byte[] BuildRevokeCpa(DateTimeOffset utc) => new CertifiedPeerAddress
    {
        IsRevoke = true,
        NotAfter = FileTime.From(utc + MinimumCpaLifetime),
        ServiceLocation = Id.ServiceLocation,
        ReversedAuthority = _reversedAuthority,
        ClassifierHash = _classifierHash,
        PublicKey = _key.PublicKey.KeyData,
    }.Sign(_key);

    private byte[] BuildCpa(Bits128 nonce, ulong notAfter, RouteEntry ownEntry)
    {
        int count = Math.Min(ownEntry.AddressCount, CertifiedPeerAddress.MaximumServiceAddresses);
        Span<PnrpEndpoint> addresses = stackalloc PnrpEndpoint[CertifiedPeerAddress.MaximumServiceAddresses];
        for (int i = 0; i < count; i++)
        {
            addresses[i] = ownEntry.GetEndpoint(i);
        }

        Span<byte> scratch =
            stackalloc byte[CertifiedPeerAddress.MaximumServiceAddresses * PnrpEndpoint.WireLength];
        return new CertifiedPeerAddress
        {
            HasExtendedPayload = _content.Length > 0,
            NotAfter = notAfter,
            ServiceLocation = Id.ServiceLocation,
            Nonce = nonce,
            ReversedAuthority = _reversedAuthority,
            ClassifierHash = _classifierHash,
            FriendlyName = _friendlyName,
            IsFriendlyNameUtf8 = _isFriendlyNameUtf8,
            ServiceAddresses = PnrpEndpointList.From(addresses[..count], scratch),
            Endpoints = new AppEndpointList(_endpoints),
            PublicKey = _key.PublicKey.KeyData,
        }.Sign(_key);
    }

    private byte[] BuildPayload(Bits128 nonce, ulong notAfter) => _content.Length == 0
        ? []
        : new ExtendedPayload
        {
            NotAfter = notAfter,
            Id = Id,
            Nonce = nonce,
            IsText = Payload.Text is not null,
            IsUtf8 = _isContentUtf8,
            Content = _content,
        }.Sign(_key);

    private static byte[] EncodeFriendlyName(string comment, out bool isUtf8)
    {
        isUtf8 = false;
        if (comment.Length == 0)
        {
            return [];
        }

        RejectNul(comment);
        byte[] encoded = PeerText.Encode(comment, minimumUtf8: 1, out isUtf8);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            encoded.Length, CertifiedPeerAddress.MaximumFriendlyName, nameof(comment));
        return encoded;
    }

    private static byte[] EncodeContent(LocalNamePayload payload, out bool isUtf8)
    {
        isUtf8 = false;
        if (payload.Text is null)
        {
            byte[] data = payload.Data?.ToArray() ?? [];
            ArgumentOutOfRangeException.ThrowIfGreaterThan(data.Length, ExtendedPayload.MaximumContent, nameof(payload));
            return data;
        }

        if (payload.Data is not null)
        {
            throw new ArgumentException("A payload is data or text.", nameof(payload));
        }

        return ExtendedPayload.TryEncodeText(payload.Text, out byte[]? text, out isUtf8)
            ? text
            : throw new ArgumentException("The text is empty, too long or has a NUL.", nameof(payload));
    }

    private static void RejectNul(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("A text must not have a NUL.", nameof(text));
        }
    }
}

/// <summary>What an application publishes under a name (MS-PNRP 3.2.4.1).</summary>
internal sealed record LocalNamePayload
{
    /// <summary>Where it listens: 0 to <see cref="PeerRegistrationRequest.MaximumEndpoints"/> endpoints.</summary>
    public IReadOnlyList<PeerAppEndpoint> Endpoints { get; init; } = [];

    /// <summary>The friendly name: at most <see cref="PeerRegistrationRequest.MaximumComment"/> code units, no NUL.</summary>
    public string Comment { get; init; } = "";

    /// <summary>A binary extended payload: 1 to <see cref="PeerRegistrationRequest.MaximumData"/> bytes.</summary>
    public ReadOnlyMemory<byte>? Data { get; init; }

    /// <summary>A text extended payload; excludes <see cref="Data"/>.</summary>
    public string? Text { get; init; }
}
