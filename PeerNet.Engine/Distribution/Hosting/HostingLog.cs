using System.Net;
using Microsoft.Extensions.Logging;

namespace PeerNet.Engine.Distribution.Hosting;

/// <summary>Log messages of hosted caches and their clients: event ids 3400 to 3499.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(3400, LogLevel.Debug, "{Client} sent what is no offer.")]
    public static partial void Malformed(ILogger logger, IPAddress client);

    [LoggerMessage(3401, LogLevel.Debug, "{Client} took longer than {Timeout} over an offer; its connection was closed.")]
    public static partial void TimedOut(ILogger logger, IPAddress client, TimeSpan timeout);

    [LoggerMessage(3402, LogLevel.Debug, "Segment {Segment}, which {Client} offers, is not fetched: it is held, or a limit is reached.")]
    public static partial void NotFetched(ILogger logger, SegmentId segment, IPEndPoint client);

    [LoggerMessage(3403, LogLevel.Error, "Block {Index} of segment {Segment} could not be fetched.")]
    public static partial void FetchFailed(ILogger logger, SegmentId segment, int index, Exception exception);

    [LoggerMessage(3404, LogLevel.Error, "Fetching what was offered failed.")]
    public static partial void FetchesFailed(ILogger logger, Exception exception);

    [LoggerMessage(3410, LogLevel.Debug, "{Count} segments are offered to {Server}.")]
    public static partial void Offering(ILogger logger, int count, Uri server);

    [LoggerMessage(3411, LogLevel.Warning, "The hosted cache {Server} does not take offers: {Reason}")]
    public static partial void OfferFailed(ILogger logger, Uri server, string reason);

    [LoggerMessage(3412, LogLevel.Debug, "{Count} segments are not offered: version {Version} of the Hosted Cache Protocol cannot name them.")]
    public static partial void NotOffered(ILogger logger, int count, int version);

    [LoggerMessage(3413, LogLevel.Error, "Offers to hosted caches failed.")]
    public static partial void OffersFailed(ILogger logger, Exception exception);
}
