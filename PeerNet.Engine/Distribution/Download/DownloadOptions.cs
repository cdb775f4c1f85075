namespace PeerNet.Engine.Distribution.Download;

/// <summary>How downloads behave.</summary>
internal sealed record DownloadOptions
{
    /// <summary>The round trip to a source below which what came from it is not kept for peers; zero keeps all.</summary>
    public TimeSpan MinimumLatency { get; init; }
}
