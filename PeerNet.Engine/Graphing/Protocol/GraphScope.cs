namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>How far a graph reaches, with the wire's values (MS-PPGRH 2.2.3.1). The specification has the first three alone;
/// Loopback, for one machine, travels as LinkLocal with a flag that others ignore.</summary>
internal enum GraphScope
{
    /// <summary>The Internet.</summary>
    Global = 1,

    /// <summary>One site.</summary>
    SiteLocal = 2,

    /// <summary>One link.</summary>
    LinkLocal = 3,

    /// <summary>The processes of one machine.</summary>
    Loopback = 4,
}
