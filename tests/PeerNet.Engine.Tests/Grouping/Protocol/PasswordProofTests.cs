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

    [Fact]
    public void A_password_does_not_print_its_verifier() =>
        Assert.Equal("GroupPassword { Role = Member }", new GroupPassword(Verifier, PeerRole.Member).ToString());
}
