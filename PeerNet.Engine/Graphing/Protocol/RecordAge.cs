namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>How a received record compares with the one that is here (MS-PPGRH 3.1.5.2.10).</summary>
internal enum RecordAge
{
    /// <summary>It is not here, or older here.</summary>
    New,

    /// <summary>It is here.</summary>
    Present,

    /// <summary>There is a newer one here.</summary>
    Old,
}
