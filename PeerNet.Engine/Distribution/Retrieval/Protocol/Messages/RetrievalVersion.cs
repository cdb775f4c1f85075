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
