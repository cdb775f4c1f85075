using System.Security.Cryptography;

namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>What people compare where they exchange keys.</summary>
internal static class Fingerprints
{
    /// <summary>The SHA-256 of a key (SubjectPublicKeyInfo), in upper-case hexadecimal digits.</summary>
    public static string Of(ReadOnlySpan<byte> key) => Convert.ToHexString(SHA256.HashData(key));
}
