namespace PeerNet.Engine.Distribution.Caching;

/// <summary>A further folder, as it was set.</summary>
/// <param name="Number">Its number in the index.</param>
/// <param name="Path">The folder.</param>
/// <param name="Size">The limit.</param>
internal sealed record DataCacheExtension(short Number, string Path, PeerCacheSize Size);
