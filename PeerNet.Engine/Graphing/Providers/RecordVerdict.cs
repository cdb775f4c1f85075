namespace PeerNet.Engine.Graphing.Providers;

/// <summary>What a security provider says of a record (MS-PPGRH 3.1.7.27).</summary>
public enum RecordVerdict
{
    /// <summary>It is taken.</summary>
    Valid,

    /// <summary>It is dropped.</summary>
    Invalid,

    /// <summary>It cannot be told yet; the record waits until it is validated again.</summary>
    Defer,
}
