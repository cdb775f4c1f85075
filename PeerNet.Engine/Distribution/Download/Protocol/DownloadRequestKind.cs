namespace PeerNet.Engine.Distribution.Download.Protocol;

/// <summary>What a scheduler wants done.</summary>
internal enum DownloadRequestKind
{
    /// <summary>A probe for the holders of segments (MS-PCCRD).</summary>
    Probe,

    /// <summary>GETSEGLIST, of a hosted cache.</summary>
    SegmentList,

    /// <summary>GETBLKLIST.</summary>
    BlockList,

    /// <summary>GETBLKS.</summary>
    Block,
}
