using PeerNet.Engine.Core;

namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>
/// Who wins where administrators revoke each other: the one nearer to the group's key, then the one whose credential is
/// older, then the one with the lower serial number. None of it can be changed by those who quarrel.
/// </summary>
/// <param name="Depth">How far the credential is from the group's key; 0 for the group's key itself.</param>
/// <param name="Since">When the credential began to count.</param>
/// <param name="SerialNumber">Its serial number.</param>
internal readonly record struct CredentialRank(int Depth, ulong Since, Bits128 SerialNumber) : IComparable<CredentialRank>
{
    public static CredentialRank Of(GroupCredential credential) =>
        new(credential.Chain.Depth, credential.NotBefore.Ticks, credential.SerialNumber);

    public int CompareTo(CredentialRank other) =>
        Depth != other.Depth ? Depth.CompareTo(other.Depth)
        : Since != other.Since ? Since.CompareTo(other.Since)
        : SerialNumber.CompareTo(other.SerialNumber);
}
