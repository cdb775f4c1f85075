using System.Net;
using Microsoft.Extensions.Logging;

namespace PeerNet.Engine.Distribution.Retrieval;

/// <summary>Log messages of retrieval: event ids 3100 to 3199.</summary>
internal static partial class RetrievalLog
{
    [LoggerMessage(3100, LogLevel.Debug, "{Client} took longer than {Timeout} over one retrieval; its connection was closed.")]
    public static partial void TimedOut(ILogger logger, IPAddress? client, TimeSpan timeout);

    [LoggerMessage(3101, LogLevel.Debug, "{Peer} did not answer as a peer does: {Reason}")]
    public static partial void Failed(ILogger logger, Uri peer, string reason);

    [LoggerMessage(3102, LogLevel.Warning, "{Peer} sent something else than block {Index} of segment {Segment}: {Reason}")]
    public static partial void Corrupt(ILogger logger, Uri peer, int index, SegmentId segment, string reason);
}
