using Microsoft.Extensions.Logging;
using PeerNet.Engine.Pnrp.Protocol;

namespace PeerNet.Engine.Pnrp;

/// <summary>PNRP's log messages: event ids 2000 to 2099.</summary>
internal static partial class PnrpLog
{
    [LoggerMessage(2000, LogLevel.Information, "PNRP listens on port {Port}.")]
    public static partial void Listening(ILogger logger, int port);

    [LoggerMessage(2001, LogLevel.Information, "Port {Wanted} is taken; PNRP listens on port {Port} instead.")]
    public static partial void PortTaken(ILogger logger, int wanted, int port);

    [LoggerMessage(2002, LogLevel.Debug, "Cloud {Cloud} is {State}.")]
    public static partial void StateChanged(ILogger logger, string cloud, PeerCloudState state);

    [LoggerMessage(2003, LogLevel.Information, "Cloud {Cloud} listens on {Addresses}.")]
    public static partial void NetworkChanged(ILogger logger, string cloud, string addresses);

    [LoggerMessage(2004, LogLevel.Error, "Cloud {Cloud} failed to handle an event.")]
    public static partial void LoopFailed(ILogger logger, string cloud, Exception exception);

    [LoggerMessage(2005, LogLevel.Debug, "Cloud {Cloud} looks for other nodes: {Step}.")]
    public static partial void Discovering(ILogger logger, string cloud, DiscoveryStep step);

    [LoggerMessage(2006, LogLevel.Debug, "Cloud {Cloud} heard of {Endpoint}.")]
    public static partial void Heard(ILogger logger, string cloud, PnrpEndpoint endpoint);

    [LoggerMessage(2007, LogLevel.Warning, "The seed {Seed} of cloud {Cloud} has no address: {Reason}")]
    public static partial void SeedUnknown(ILogger logger, string cloud, string seed, string reason);

    [LoggerMessage(2008, LogLevel.Warning, "The address cache {Path} is damaged and was set aside as {Aside}.")]
    public static partial void CacheDamaged(ILogger logger, string path, string aside);

    [LoggerMessage(2009, LogLevel.Warning, "The address cache {Path} cannot be written: {Reason}")]
    public static partial void CacheNotWritten(ILogger logger, string path, string reason);

    [LoggerMessage(2010, LogLevel.Debug, "Cloud {Cloud} has no multicast on {Interface}.")]
    public static partial void NoMulticast(ILogger logger, string cloud, string @interface);

    [LoggerMessage(2011, LogLevel.Information, "The registration {Name} in {Cloud} has expired.")]
    public static partial void Expired(ILogger logger, string name, string cloud);
}
