using System.Management.Automation;
using PeerNet.Engine.Core;

namespace PeerNet.PowerShell.Base;

/// <summary>Error records of the engine's failures.</summary>
internal static class ErrorRecords
{
    // What keeps a whole node from working; the other failures concern one input.
    private static readonly HashSet<PeerError> NodeErrors =
    [
        PeerErrors.NotInitialized,
        PeerErrors.CannotStartService,
        PeerErrors.ServiceNotAvailable,
        PeerErrors.CertificateStoreCorrupted,
        PeerErrors.Ipv6NotInstalled,
        PeerErrors.UnableToListen,
    ];

    /// <param name="failure">What the engine reported.</param>
    /// <param name="input">The caller's input, where the failure does not name it more closely.</param>
    public static ErrorRecord From(PeerException failure, object? input)
    {
        object? target = failure.Target ?? input;
        var error = new ErrorRecord(failure, failure.Error.Symbol, Category(failure.Error.Kind), target);
        if (target?.ToString() is { } name && !TerminalText.IsSafe(name))
        {
            // The target stays as it is for scripts; its name is what people read.
            error.CategoryInfo.TargetName = TerminalText.Escape(name);
        }

        return error;
    }

    /// <summary>Whether the failure concerns the node rather than one input.</summary>
    public static bool EndsCommand(PeerException failure) => NodeErrors.Contains(failure.Error);

    private static ErrorCategory Category(PeerErrorKind kind) => kind switch
    {
        PeerErrorKind.InvalidArgument => ErrorCategory.InvalidArgument,
        PeerErrorKind.LimitExceeded => ErrorCategory.LimitsExceeded,
        PeerErrorKind.NotFound => ErrorCategory.ObjectNotFound,
        PeerErrorKind.AlreadyExists => ErrorCategory.ResourceExists,
        PeerErrorKind.Busy => ErrorCategory.ResourceBusy,
        PeerErrorKind.NotAuthorized => ErrorCategory.PermissionDenied,
        PeerErrorKind.Security => ErrorCategory.SecurityError,
        PeerErrorKind.Connection => ErrorCategory.ConnectionError,
        PeerErrorKind.Timeout => ErrorCategory.OperationTimeout,
        PeerErrorKind.InvalidData => ErrorCategory.InvalidData,
        PeerErrorKind.NotAvailable => ErrorCategory.ResourceUnavailable,
        _ => ErrorCategory.NotSpecified,
    };
}
