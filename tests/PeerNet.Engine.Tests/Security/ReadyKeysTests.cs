using System.Security.Cryptography;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Security;

/// <summary>A key that is ready verifies what it would otherwise, and nothing else, however many others there are.</summary>
public sealed class ReadyKeysTests : IDisposable
{
    private readonly ReadyKeys _ready = new();
    private readonly byte[] _hash = SHA256.HashData([1, 2, 3]);

    public void Dispose() => _ready.Dispose();

    [Fact]
    public void Every_key_verifies_its_own_signatures_and_no_other_whether_it_is_ready_or_not()
    {
        // More than there are places.
        PeerPrivateKey[] keys = [.. Enumerable.Range(0, 600).Select(_ => PeerPrivateKey.Generate(PeerSuite.Modern))];
        byte[][] signatures = [.. keys.Select(key => key.SignHash(_hash))];
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < keys.Length; i++)
            {
                Assert.True(_ready.VerifyHash(keys[i].PublicKey, _hash, signatures[i]));
                Assert.False(_ready.VerifyHash(keys[i].PublicKey, _hash, signatures[(i + 1) % keys.Length]));
            }
        }

        Array.ForEach(keys, key => key.Dispose());
    }

    [Fact]
    public void Many_threads_use_one_key()
    {
        using PeerPrivateKey key = PeerPrivateKey.Generate(PeerSuite.Modern);
        byte[] signature = key.SignHash(_hash);

        Parallel.For(0, 400, _ => Assert.True(_ready.VerifyHash(key.PublicKey, _hash, signature)));
    }

    [Fact]
    public void Signatures_and_keys_of_the_wrong_form_verify_nothing()
    {
        using PeerPrivateKey key = PeerPrivateKey.Generate(PeerSuite.Modern);
        byte[] point = key.PublicKey.KeyData.ToArray();
        point[^1] ^= 1;
        Assert.True(PeerPublicKey.TryRead(SuiteAlgorithms.Modern, point, out PeerPublicKey? offCurve));
        using PeerPrivateKey old = PeerPrivateKey.Generate(PeerSuite.Windows);
        byte[] signature = key.SignHash(_hash);

        Assert.False(_ready.VerifyHash(offCurve, _hash, signature));
        Assert.False(_ready.VerifyHash(key.PublicKey, _hash, signature.AsSpan(1)));
        Assert.False(_ready.VerifyHash(key.PublicKey, _hash, []));
        Assert.False(_ready.VerifyHash(key.PublicKey, _hash, [1, 2, 3], DSASignatureFormat.Rfc3279DerSequence));
        Assert.False(_ready.VerifyHash(old.PublicKey, _hash, new byte[128]));
        Assert.True(_ready.VerifyHash(key.PublicKey, _hash, signature));
    }

    [Fact]
    public void What_is_given_back_behind_the_end_is_let_go_and_verifies_all_the_same()
    {
        using PeerPrivateKey key = PeerPrivateKey.Generate(PeerSuite.Modern);
        _ready.Dispose();

        Assert.True(_ready.VerifyHash(key.PublicKey, _hash, key.SignHash(_hash)));
    }
}
