namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>The FieldIDs that head every message element (MS-PNRP 2.2).</summary>
internal enum PnrpField : ushort
{
    Header = 0x0010,
    HeaderAcked = 0x0018,
    PnrpId = 0x0030,
    TargetPnrpId = 0x0038,
    ValidatePnrpId = 0x0039,
    Flags = 0x0040,
    FloodControls = 0x0043,
    SolicitControls = 0x0044,
    LookupControls = 0x0045,
    ExtendedPayload = 0x005A,
    PnrpIdArray = 0x0060,
    CertificateChain = 0x0080,
    Wchar = 0x0084,
    Classifier = 0x0085,
    HashedNonce = 0x0092,
    Nonce = 0x0093,
    SplitControls = 0x0098,
    RoutingEntry = 0x009A,
    ValidateCpa = 0x009B,
    RevokeCpa = 0x009C,
    IPv6Endpoint = 0x009D,
    IPv6EndpointArray = 0x009E,
}
