namespace PeerNet.Engine.NameService.Protocol.Messages;

/// <summary>The types of records that mean something here (RFC 1035 3.2.2 and later ones).</summary>
internal enum DnsType : ushort
{
    A = 1,
    Ns = 2,
    Soa = 6,
    Txt = 16,
    Aaaa = 28,
    Srv = 33,
    Opt = 41,
    Ixfr = 251,
    Axfr = 252,
    Any = 255,
}

/// <summary>How a question was answered (RFC 1035 4.1.1; the upper eight bits travel in the OPT record, RFC 6891 6.1.3).</summary>
internal enum DnsCode : ushort
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NameError = 3,
    NotImplemented = 4,
    Refused = 5,
    BadVersion = 16,
}

/// <summary>Why it was answered so (RFC 8914).</summary>
internal enum DnsReason : ushort
{
    Other = 0,
    NotAuthoritative = 20,
    NotSupported = 21,
    NoReachableAuthority = 22,
}
