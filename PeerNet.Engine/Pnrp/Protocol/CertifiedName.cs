using PeerNet.Engine.Identity;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>What a CPA that passed every check says (MS-PNRP 1.3.1.3). Its texts are the peer's, unescaped.</summary>
internal sealed record CertifiedName
{
    /// <summary>The registration.</summary>
    public required PnrpId Id { get; init; }

    /// <summary>The peer name, where the answer showed its classifier; its hash has been compared with the CPA's.</summary>
    public PeerName? Name { get; init; }

    /// <summary>The authority of the name: <see cref="SuiteAlgorithms.HashLength"/> bytes, zeros for an unsecured name.</summary>
    public required ReadOnlyMemory<byte> AuthorityHash { get; init; }

    /// <summary>Where the application listens.</summary>
    public IReadOnlyList<PeerAppEndpoint> Endpoints { get; init; } = [];

    /// <summary>The friendly name, or empty.</summary>
    public string Comment { get; init; } = "";

    /// <summary>Whether the registration has an extended payload, be it shown or not (the X flag).</summary>
    public bool HasExtendedPayload { get; init; }

    /// <summary>The extended payload's bytes, without string type and NUL; null where none was shown.</summary>
    public ReadOnlyMemory<byte>? Data { get; init; }

    /// <summary>The extended payload's text, where it is text.</summary>
    public string? Text { get; init; }

    /// <summary>The key that signed.</summary>
    public required PeerPublicKey Signer { get; init; }

    /// <summary>Whether the name names a key: its owner, or one the owner delegated to, has signed.</summary>
    public bool IsSecure { get; init; }

    /// <summary>Whether the signer is not the owner, and acts by a certificate chain.</summary>
    public bool IsDelegated { get; init; }

    /// <summary>Where the registering node listens: 1 to 4 endpoints.</summary>
    public IReadOnlyList<PnrpEndpoint> ServiceAddresses { get; init; } = [];

    /// <summary>When the CPA expires.</summary>
    public required DateTimeOffset NotAfter { get; init; }
}
