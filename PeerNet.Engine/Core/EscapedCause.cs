namespace PeerNet.Engine.Core;

/// <summary>
/// The cause of a failure, whose own text is not fit for a terminal: it stands for an exception of the system that quotes
/// what another side sent, such as an invalid status line or a character that XML does not have.
/// </summary>
internal sealed class EscapedCause : Exception
{
    private readonly Exception _cause;

    private EscapedCause(Exception cause)
        : base($"{cause.GetType().Name}: {TerminalText.Escape(cause.Message)}", From(cause.InnerException))
    {
        _cause = cause;
        HResult = cause.HResult;
    }

    /// <summary>Where the cause was thrown.</summary>
    public override string? StackTrace => _cause.StackTrace;

    /// <summary>The cause itself where all that it says, with its own causes, may be shown; else what stands for it.</summary>
    public static Exception? From(Exception? cause)
    {
        for (Exception? one = cause; one is not null; one = one.InnerException)
        {
            if (!TerminalText.IsSafe(one.Message))
            {
                return new EscapedCause(cause!);
            }
        }

        return cause;
    }
}
