namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>Why a LOOKUP is sent (MS-PNRP 2.2.2.8). Receivers ignore it, unknown values included.</summary>
internal enum ResolveReason : byte
{
    AppRequest = 0x00,
    Registration = 0x01,
    CacheMaintenance = 0x02,
    SplitDetection = 0x03,
}
