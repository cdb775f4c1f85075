using PeerNet.Engine.Pnrp;
using PeerNet.Engine.Pnrp.Protocol;
using PeerNet.Engine.Pnrp.Protocol.Messages;
using PeerNet.Engine.Tests.Vectors;

namespace PeerNet.Engine.Tests.Pnrp.Protocol;

/// <summary>Public keys that no key generator makes: a CPA may carry any bytes.</summary>
public class HostileKeyTests
{
    [Fact]
    public void Odd_keys_are_rejected_without_an_exception()
    {
        foreach (CpaVectors vectors in new[] { CpaVectors.Windows, CpaVectors.Modern })
        {
            Assert.True(CertifiedPeerAddress.TryRead(vectors.Unsecured, vectors.Suite, out CertifiedPeerAddress golden));
            foreach (byte[] key in OddKeys(golden.PublicKey.ToArray()))
            {
                var cpa = golden with { PublicKey = key };
                byte[] encoded = new byte[cpa.WireLength(vectors.Suite)];
                var writer = new Wire.WireWriter(encoded);
                cpa.Write(ref writer, vectors.Suite);
                var answer = new Answer { Suite = vectors.Suite, Cpa = encoded };
                PnrpId id = PnrpIds.Create(
                    vectors.Suite, CpaVectors.Parse("0.fish"), CpaVectors.LocationPrefix, CpaVectors.LocationSuffix);

                CpaVerdict verdict = answer.Validate(id, out _);

                Assert.True(verdict is CpaVerdict.Malformed or CpaVerdict.BadSignature, $"{verdict}: {Convert.ToHexString(key)}");
            }
        }
    }

    private static IEnumerable<byte[]> OddKeys(byte[] key)
    {
        yield return new byte[key.Length];
        yield return Filled(key.Length, 0xFF);
        for (int i = 0; i < key.Length; i++)
        {
            foreach (byte value in new byte[] { 0x00, 0xFF })
            {
                byte[] changed = [.. key];
                if (changed[i] != value)
                {
                    changed[i] = value;
                    yield return changed;
                }
            }
        }

        // Everything after the structure's heads: modulus, or point.
        foreach (byte value in new byte[] { 0x00, 0x01, 0xFE, 0xFF })
        {
            byte[] changed = [.. key];
            changed.AsSpan(7, key.Length - 12).Fill(value);
            yield return changed;
        }
    }

    private static byte[] Filled(int length, byte value)
    {
        byte[] bytes = new byte[length];
        Array.Fill(bytes, value);
        return bytes;
    }
}
