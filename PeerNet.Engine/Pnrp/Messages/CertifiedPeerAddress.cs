namespace PeerNet.Engine.Pnrp.Messages;

/// <summary>A view of an Encoded CPA (MS-PNRP 2.2.3.1).</summary>
internal readonly ref struct CertifiedPeerAddress
{
}
