namespace PeerNet.Engine.Core;

/// <summary>
/// The only exception that the engine's API throws on purpose (beside cancellation). Its message, and those of its causes,
/// may quote what others sent; they are escaped, and fit for a terminal (<see cref="TerminalText"/>).
/// </summary>
public sealed class PeerException : Exception
{
    /// <summary>Creates the exception; use <see cref="PeerError.Exception"/>.</summary>
    internal PeerException(PeerError error, string message, object? target, Exception? inner)
        : base(TerminalText.Escape(message), EscapedCause.From(inner))
    {
        Error = error;
        Target = target;
        HResult = error.HResult;
    }

    /// <summary>The documented error.</summary>
    public PeerError Error { get; }

    /// <summary>The caller's input that failed, if there is one.</summary>
    public object? Target { get; }
}
