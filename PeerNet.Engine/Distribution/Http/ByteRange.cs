namespace PeerNet.Engine.Distribution.Http;

/// <summary>Bytes of content that are sent: at least one, and none beyond its end.</summary>
/// <param name="Offset">The first byte.</param>
/// <param name="Count">How many.</param>
internal readonly record struct ByteRange(long Offset, long Count)
{
    /// <summary>The byte behind the last one.</summary>
    public long End => Offset + Count;

    /// <summary>Whether the ranges overlap, or one begins where the other ends.</summary>
    public bool Touches(ByteRange other) => Offset <= other.End && other.Offset <= End;

    /// <summary>Both, and what is between them.</summary>
    public ByteRange Join(ByteRange other)
    {
        long offset = Math.Min(Offset, other.Offset);
        return new(offset, Math.Max(End, other.End) - offset);
    }
}
