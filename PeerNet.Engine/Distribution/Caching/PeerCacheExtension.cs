namespace PeerNet.Engine.Distribution;

/// <summary>A folder that enlarges the data cache.</summary>
/// <param name="Path">The folder.</param>
/// <param name="MaxSize">Bytes that it may take.</param>
/// <param name="CurrentSize">Bytes that it takes.</param>
public sealed record PeerCacheExtension(string Path, long MaxSize, long CurrentSize)
{
    /// <summary>The folder.</summary>
    public override string ToString() => Path;
}
