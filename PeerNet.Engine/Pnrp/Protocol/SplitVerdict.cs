namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>What a test for a cloud split has shown (MS-PNRP 3.2.5.11.1).</summary>
internal enum SplitVerdict
{
    /// <summary>Nobody answered, or there was nobody to ask.</summary>
    Unknown,

    /// <summary>The others know the neighbours that this node knows.</summary>
    NotSplit,

    /// <summary>There are two clouds, and this node is in the bigger one.</summary>
    InBiggerPart,

    /// <summary>There are two clouds, and this node is in the smaller one.</summary>
    InSmallerPart,
}
