using PeerNet.Engine.Grouping.Protocol;
using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Security;

namespace PeerNet.Engine.Tests.Grouping.Protocol;

public sealed class PasswordProofTests
{
    private static readonly byte[] Verifier = PasswordProof.CreateVerifier("correct horse", "aa.chess");

    [Fact]
    public void The_verifier_is_stretched_600000_times_and_salted_by_the_group()
    {
        Assert.Equal(600_000, PasswordProof.Iterations);
        Assert.Equal(PasswordProof.VerifierLength, Verifier.Length);
        Assert.Equal(Verifier, PasswordProof.CreateVerifier("correct horse", "aa.chess"));
        Assert.NotEqual(Verifier, PasswordProof.CreateVerifier("correct horse", "aa.go"));
        Assert.NotEqual(Verifier, PasswordProof.CreateVerifier("correct hors", "aa.chess"));
    }

    [Fact]
    public void A_proof_is_worth_nothing_for_another_name_or_on_another_connection()
    {
        byte[] proof = PasswordProof.Create(Verifier, "bb.bob", [1], [2]);

        Assert.True(PasswordProof.AreEqual(PasswordProof.Create(Verifier, "bb.bob", [1], [2]), proof));
        Assert.False(PasswordProof.AreEqual(PasswordProof.Create(Verifier, "bb.bo", [1], [2]), proof));
        Assert.False(PasswordProof.AreEqual(PasswordProof.Create(Verifier, "bb.bob", [3], [2]), proof));
        Assert.False(PasswordProof.AreEqual(PasswordProof.Create(Verifier, "bb.bob", [1], [3]), proof));
        Assert.False(PasswordProof.AreEqual(PasswordProof.Create(Verifier, "bb.bob", [2], [1]), proof));
        Assert.False(PasswordProof.AreEqual(proof, proof.AsSpan(1)));
    }

    // Both know the password, or one of them only what the other has just sent.
    [Fact]
    public void A_proof_that_is_handed_back_to_who_made_it_is_worth_nothing()
    {
        byte[] proof = PasswordProof.Create(Verifier, "bb.bob", requestorCertificate: [1], authenticatorCertificate: [2]);

        // The one who made it expects the other's name and the certificates the other way round, whatever the name is.
        Assert.False(PasswordProof.AreEqual(PasswordProof.Create(Verifier, "cc.carol", [2], [1]), proof));
        Assert.False(PasswordProof.AreEqual(PasswordProof.Create(Verifier, "bb.bob", [2], [1]), proof));
    }

    // A name that ends in what could be a hash does not take the place of one.
    [Fact]
    public void A_name_is_not_mixed_up_with_a_certificate()
    {
        byte[] proof = PasswordProof.Create(Verifier, "bb.bob", [1], [2]);
        Assert.All(Enumerable.Range(1, 6), i => Assert.False(
            PasswordProof.AreEqual(PasswordProof.Create(Verifier, "bb.bob"[..^i], [1], [2]), proof)));
        Assert.Equal(PasswordProof.VerifierLength, proof.Length);
    }

    [Fact]
    public void A_password_does_not_print_its_verifier() =>
        Assert.Equal("GroupPassword { Role = Member }", new GroupPassword(Verifier, PeerRole.Member).ToString());
}
