namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>One entry of the resolver's Conversation Table (MS-PNRP 3.1.1); its Message ID is its place in the Pending List.</summary>
/// <param name="Endpoint">The node that was asked.</param>
/// <param name="Nonce">The conversation's nonce.</param>
internal sealed record Solicitation(PnrpEndpoint Endpoint, UInt128 Nonce);
