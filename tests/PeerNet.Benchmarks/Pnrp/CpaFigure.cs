using System.Net;
using System.Security.Cryptography;
using PeerNet.Engine.Identity;
using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Security;
using PeerNet.Engine.Wire;

namespace PeerNet.Benchmarks.Pnrp;

/// <summary>
/// Answers to INQUIREs made and checked per second. The limit is the bare signature and its verification, with keys that
/// are open already, over bytes of the same length.
/// </summary>
internal sealed class CpaFigure(PeerSuite suite) : IFigure
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public string Name => $"CPA {suite}";

    public IAsyncEnumerable<FigureRow> MeasureAsync() => Measure().ToAsyncEnumerable();

    private IEnumerable<FigureRow> Measure()
    {
        using PeerPrivateKey key = PeerPrivateKey.Generate(suite);
        PeerName name = PeerName.TryParse($"{key.PublicKey}.printer", out PeerName? parsed)
            ? parsed
            : throw new InvalidOperationException("The name is no peer name.");
        var payload = new LocalNamePayload { Endpoints = [new PeerAppEndpoint(IPAddress.IPv6Loopback, 8080)] };
        var local = new LocalName(key, name, 1, 2, payload);
        var entry = new RouteEntry(local.Id, 3540, [UInt128.One]);
        byte[] answer = local.BuildAuthority(InquireFlags.Cpa, UInt128.One, Now, entry);
        byte[] signed = SignedData(answer, key.Algorithms);
        byte[] signature = new byte[key.Algorithms.SignatureLength];
        key.Sign(signed, signature);

        Measurement rawSign = Measurement.Of(() => key.Sign(signed, signature));
        Measurement sign = Measurement.Of(() => local.BuildAuthority(InquireFlags.Cpa, UInt128.One, Now, entry));
        yield return new FigureRow($"{Name} sign", sign.PerSecond, "1/s", rawSign.PerSecond);
        yield return new FigureRow($"{Name} sign", sign.Bytes, "B", rawSign.Bytes + answer.Length);

        Measurement rawVerify = Measurement.Of(() => RawVerify(key, signed, signature));
        Measurement verify = Measurement.Of(() => Check(answer, key.Algorithms, local.Id));
        yield return new FigureRow($"{Name} verify", verify.PerSecond, "1/s", rawVerify.PerSecond);
        yield return new FigureRow($"{Name} verify", verify.Bytes, "B", null);
    }

    private static byte[] SignedData(byte[] answer, SuiteAlgorithms algorithms)
    {
        var reader = new WireReader(answer);
        return AuthorityBuffer.TryRead(ref reader, algorithms, out AuthorityBuffer buffer)
            && CertifiedPeerAddress.TryRead(buffer.Cpa, algorithms, out CertifiedPeerAddress cpa)
            ? cpa.SignedData.ToArray()
            : throw new InvalidOperationException("The answer cannot be read.");
    }

    private static void RawVerify(PeerPrivateKey key, byte[] data, byte[] signature)
    {
        bool sound = key.Key is ECDsa ecdsa
            ? ecdsa.VerifyData(data, signature, key.Algorithms.HashName)
            : ((RSA)key.Key).VerifyData(data, signature, key.Algorithms.HashName, RSASignaturePadding.Pkcs1);
        if (!sound)
        {
            throw new InvalidOperationException("The signature is wrong.");
        }
    }

    private static void Check(byte[] answer, SuiteAlgorithms algorithms, PnrpId id)
    {
        var reader = new WireReader(answer);
        if (!AuthorityBuffer.TryRead(ref reader, algorithms, out AuthorityBuffer buffer)
            || AuthorityValidator.Validate(algorithms, buffer, id, UInt128.One, Now, out _) != CpaVerdict.Valid)
        {
            throw new InvalidOperationException("The answer is not valid.");
        }
    }
}
