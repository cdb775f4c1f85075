using PeerNet.Engine.Core;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;
using PeerNet.Engine.Tests.Vectors;
using PeerNet.Engine.Wire;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

/// <summary>An AUTHORITY_BUFFER that tests take apart, change and have validated.</summary>
internal sealed record Answer
{
    public required SuiteAlgorithms Suite { get; init; }

    public byte[] Chain { get; init; } = [];

    public byte[]? Classifier { get; init; }

    public byte[] Payload { get; init; } = [];

    public RouteEntry? Entry { get; init; }

    public byte[] Cpa { get; init; } = [];

    public static Answer Read(byte[] bytes, SuiteAlgorithms suite)
    {
        var reader = new WireReader(bytes);
        Assert.True(AuthorityBuffer.TryRead(ref reader, suite, out AuthorityBuffer buffer));
        return new Answer
        {
            Suite = suite,
            Chain = buffer.CertificateChain.ToArray(),
            Classifier = buffer.HasClassifier ? buffer.Classifier.ToArray() : null,
            Payload = buffer.ExtendedPayload.ToArray(),
            Entry = buffer.RouteEntry,
            Cpa = buffer.Cpa.ToArray(),
        };
    }

    public CpaVerdict Validate(
        PnrpId id,
        out CertifiedName? name,
        Bits128? nonce = null,
        DateTimeOffset? utc = null,
        InquireFlags asked = InquireFlags.All)
    {
        var buffer = new AuthorityBuffer
        {
            CertificateChain = Chain,
            HasClassifier = Classifier is not null,
            Classifier = Classifier,
            ExtendedPayload = Payload,
            RouteEntry = Entry,
            Cpa = Cpa,
        };
        CpaVerdict verdict = AuthorityValidator.Validate(
            Suite, buffer, id, nonce ?? CpaVectors.Nonce, utc ?? CpaVectors.Now, out name, asked);
        Assert.Equal(verdict == CpaVerdict.Valid, name is not null);
        return verdict;
    }

    /// <summary>The answer with its CPA changed and signed by <paramref name="key"/>.</summary>
    public Answer Forge(PeerPrivateKey key, Func<CertifiedPeerAddress, CertifiedPeerAddress> change)
    {
        Assert.True(CertifiedPeerAddress.TryRead(Cpa, Suite, out CertifiedPeerAddress cpa));
        return this with { Cpa = change(cpa).Sign(key) };
    }
}
