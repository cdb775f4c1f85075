using PeerNet.Engine.Security;

namespace PeerNet.Engine.Grouping.Protocol.Records;

/// <summary>The password that lets newcomers in (MS-PPSEC 2.2.3.1.1).</summary>
/// <param name="Verifier">What a proof is checked with, and what every member can read; see <see cref="PasswordProof"/>.</param>
/// <param name="Role">The role that newcomers get.</param>
internal sealed record GroupPassword(ReadOnlyMemory<byte> Verifier, PeerRole Role)
{
    /// <summary>Never the verifier.</summary>
    public override string ToString() => $"{nameof(GroupPassword)} {{ Role = {Role} }}";
}
