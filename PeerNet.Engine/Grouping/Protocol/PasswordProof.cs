using System.Security.Cryptography;
using System.Text;

namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>
/// How a newcomer proves the group's password (MS-PPSEC 2.2.1.2, 2.2.2.4, in the Modern suite). The verifier is PBKDF2 of
/// the password with the group's name as salt; the proof is HMAC-SHA256 with it over the newcomer's name and both
/// certificates of the TLS connection, so that it is worth nothing on any other connection.
/// </summary>
/// <remarks>Every member can read the verifier and try passwords on it, at <see cref="Iterations"/> hashes each: a
/// group's password has to be a good one.</remarks>
internal static class PasswordProof
{
    /// <summary>How often passwords are stretched.</summary>
    public const int Iterations = 600_000;

    /// <summary>Bytes of the verifier.</summary>
    public const int VerifierLength = 32;

    /// <summary>Stretches a password. Takes tenths of a second.</summary>
    /// <param name="password">The password.</param>
    /// <param name="group">The group's peer name.</param>
    public static byte[] CreateVerifier(ReadOnlySpan<char> password, string group) => Rfc2898DeriveBytes.Pbkdf2(
        password, Encoding.UTF8.GetBytes(group), Iterations, HashAlgorithmName.SHA256, VerifierLength);

    /// <summary>The proof for one connection.</summary>
    /// <param name="verifier">The stretched password.</param>
    /// <param name="requestor">The newcomer's peer name.</param>
    /// <param name="requestorCertificate">The DER of the newcomer's certificate in TLS.</param>
    /// <param name="authenticatorCertificate">The DER of the other side's.</param>
    public static byte[] Create(
        ReadOnlySpan<byte> verifier,
        string requestor,
        ReadOnlySpan<byte> requestorCertificate,
        ReadOnlySpan<byte> authenticatorCertificate)
    {
        // The hashes have a fixed length, so that no name can be taken for another with the start of a hash.
        byte[] name = Encoding.UTF8.GetBytes(requestor);
        return HMACSHA256.HashData(
            verifier, [.. name, .. SHA256.HashData(requestorCertificate), .. SHA256.HashData(authenticatorCertificate)]);
    }

    /// <summary>Whether two proofs are the same, in a time that tells nothing.</summary>
    public static bool AreEqual(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> received) =>
        CryptographicOperations.FixedTimeEquals(expected, received);
}
