namespace PeerNet.Engine.Distribution;

/// <summary>The versions of content information (MS-PCCRC 2.1).</summary>
public enum PeerContentVersion
{
    /// <summary>Segments of 32 MiB in blocks of 64 KiB.</summary>
    V1 = 1,

    /// <summary>Segments of at most 128 KiB whose borders follow the content; each is one block.</summary>
    V2 = 2,
}
