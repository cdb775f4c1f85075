namespace PeerNet.Engine.Distribution.Retrieval.Protocol.Messages;

/// <summary>A version of the protocol (MS-PCCRR 2.2.3). On the wire the minor number is in the high word.</summary>
/// <param name="Major">Decides whether two peers understand each other.</param>
/// <param name="Minor">Changes nothing about that (3.1.5.1).</param>
internal readonly record struct RetrievalVersion(ushort Major, ushort Minor)
{
    /// <summary>The version of all messages but those about segment lists.</summary>
    public static readonly RetrievalVersion V1 = new(1, 0);

    /// <summary>The version of GETSEGLIST and SEGLIST.</summary>
    public static readonly RetrievalVersion V2 = new(2, 0);

    public static RetrievalVersion FromWire(uint value) => new((ushort)value, (ushort)(value >> 16));

    public uint ToWire() => ((uint)Minor << 16) | Major;

    public override string ToString() => $"{Major}.{Minor}";
}

/// <summary>The versions that a peer speaks, both ends included.</summary>
/// <param name="Minimum">The lowest.</param>
/// <param name="Maximum">The highest.</param>
internal readonly record struct RetrievalVersionRange(RetrievalVersion Minimum, RetrievalVersion Maximum)
{
    /// <summary>Everything that is specified.</summary>
    public static readonly RetrievalVersionRange All = new(RetrievalVersion.V1, RetrievalVersion.V2);

    /// <summary>Version 1.0 alone.</summary>
    public static readonly RetrievalVersionRange First = new(RetrievalVersion.V1, RetrievalVersion.V1);

    /// <summary>Only major numbers count (MS-PCCRR 3.1.5.1).</summary>
    public bool Contains(RetrievalVersion version) => version.Major >= Minimum.Major && version.Major <= Maximum.Major;

    /// <summary>The highest major number of both ranges; null where there is none, and the peers are incompatible
    /// (MS-PCCRR 3.1.5.1).</summary>
    public ushort? GetHighestCommonMajor(RetrievalVersionRange other)
    {
        ushort highest = Math.Min(Maximum.Major, other.Maximum.Major);
        return highest >= Math.Max(Minimum.Major, other.Minimum.Major) ? highest : null;
    }
}
