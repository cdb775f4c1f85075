using Microsoft.Extensions.Logging;

namespace PeerNet.Engine.Grouping;

/// <summary>The log messages of groups: event ids 4100 to 4199.</summary>
internal static partial class GroupLog
{
    [LoggerMessage(4100, LogLevel.Information, "Group {Group} is open for {Member}.")]
    public static partial void Opened(ILogger logger, string group, string member);

    [LoggerMessage(4101, LogLevel.Information, "Group {Group}: {Member} was expelled, as its credential is revoked.")]
    public static partial void Expelled(ILogger logger, string group, string member);

    [LoggerMessage(4102, LogLevel.Information, "Group {Group}: {Member} got a new credential, which ends at {NotAfter}.")]
    public static partial void Renewed(ILogger logger, string group, string member, DateTimeOffset notAfter);

    [LoggerMessage(4103, LogLevel.Warning, "Group {Group}: {Message}")]
    public static partial void UpkeepFailed(ILogger logger, string group, string message);

    [LoggerMessage(4104, LogLevel.Information, "Group {Group} can be found at port {Port}.")]
    public static partial void Published(ILogger logger, string group, int port);
}
