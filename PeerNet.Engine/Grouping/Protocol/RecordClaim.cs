using PeerNet.Engine.Grouping.Protocol.Records;
using PeerNet.Engine.Identity;

namespace PeerNet.Engine.Grouping.Protocol;

/// <summary>What a record says of itself.</summary>
/// <param name="Security">Which credentials it names, and its signature.</param>
/// <param name="Creator">Who made it; the group for its properties.</param>
/// <param name="Toucher">Who changed it last.</param>
internal readonly record struct RecordClaim(RecordSecurityData Security, PeerName Creator, PeerName Toucher)
{
    /// <summary>The credential in a Membership or Revocation record.</summary>
    public GroupCredential? Brought { get; init; }

    /// <summary>The content of a Revocation record.</summary>
    public Revocation? Revocation { get; init; }

    /// <summary>The content of the Security Properties record.</summary>
    public SecurityProperties? Properties { get; init; }
}
