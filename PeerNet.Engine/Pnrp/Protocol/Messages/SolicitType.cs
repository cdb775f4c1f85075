namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>Which route entries a SOLICIT asks for (MS-PNRP 2.2.2.1).</summary>
internal enum SolicitType : byte
{
    /// <summary>Local and cached ones.</summary>
    Any = 0x00,

    /// <summary>Locally registered ones only.</summary>
    Local = 0x01,
}
