namespace PeerNet.Engine.Pnrp.Protocol.Messages;

/// <summary>The four messages of SSDP (UPnP Device Architecture 1.0, section 1).</summary>
internal enum SsdpKind
{
    /// <summary>M-SEARCH: who is there?</summary>
    Search,

    /// <summary>The answer to a search.</summary>
    Response,

    /// <summary>NOTIFY with ssdp:alive: I am here from now on.</summary>
    Alive,

    /// <summary>NOTIFY with ssdp:byebye: I am not here any more.</summary>
    ByeBye,
}
