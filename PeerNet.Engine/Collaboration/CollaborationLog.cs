using System.Net;
using Microsoft.Extensions.Logging;

namespace PeerNet.Engine.Collaboration;

/// <summary>The log messages of collaboration: event ids 5100 to 5199.</summary>
internal static partial class CollaborationLog
{
    [LoggerMessage(5100, LogLevel.Information, "{Person} is signed in for {Scope}, at port {Port}.")]
    public static partial void SignedIn(ILogger logger, string person, PeerCollaborationScope scope, int port);

    [LoggerMessage(5101, LogLevel.Information, "Signed out of {Scope}.")]
    public static partial void SignedOut(ILogger logger, PeerCollaborationScope scope);

    [LoggerMessage(5102, LogLevel.Debug, "{Authority} cannot be reached at {Address}: {Message}")]
    public static partial void NotReached(ILogger logger, string authority, IPEndPoint address, string message);

    [LoggerMessage(5103, LogLevel.Debug, "The connection with {Address} was not secured: {Message}")]
    public static partial void NotSecured(ILogger logger, IPEndPoint address, string message);

    [LoggerMessage(5104, LogLevel.Warning, "At {Address}, where {Authority} should be, {Other} answers.")]
    public static partial void SomebodyElse(ILogger logger, IPEndPoint address, string authority, string other);

    [LoggerMessage(5105, LogLevel.Debug, "{Authority} was not found: {Message}")]
    public static partial void NotFound(ILogger logger, string authority, string message);

    [LoggerMessage(5106, LogLevel.Warning, "The name of the person who is signed in cannot be registered: {Message}")]
    public static partial void NotPublished(ILogger logger, string message);

    [LoggerMessage(5107, LogLevel.Error, "Collaboration failed.")]
    public static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(5108, LogLevel.Information, "{Application} runs for an invitation of {Person}.")]
    public static partial void Launched(ILogger logger, Guid application, string person);

    [LoggerMessage(5109, LogLevel.Debug, "Where a contact was reached is not kept: {Message}")]
    public static partial void NotRemembered(ILogger logger, string message);
}
