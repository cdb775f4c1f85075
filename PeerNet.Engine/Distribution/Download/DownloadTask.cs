using PeerNet.Engine.Distribution.Download.Protocol;

namespace PeerNet.Engine.Distribution.Download;

/// <summary>One download.</summary>
internal sealed record DownloadTask
{
    public required PeerReceiveRequest Request { get; init; }

    public required ContentLayout Layout { get; init; }

    public required PartialFile File { get; init; }

    /// <summary>Who has it all; null for nobody.</summary>
    public IContentOrigin? Origin { get; init; }
}
