namespace PeerNet.Engine.Core;

/// <summary>What kind of failure a <see cref="PeerError"/> is; front ends map it to their own categories.</summary>
public enum PeerErrorKind
{
    /// <summary>An argument has the wrong form or value.</summary>
    InvalidArgument,

    /// <summary>An argument or a collection is over a documented limit.</summary>
    LimitExceeded,

    /// <summary>The thing that was named does not exist.</summary>
    NotFound,

    /// <summary>The thing that was to be made exists already.</summary>
    AlreadyExists,

    /// <summary>The thing is in use and cannot be changed now.</summary>
    Busy,

    /// <summary>The caller holds no key, credential or right for the operation.</summary>
    NotAuthorized,

    /// <summary>A signature, password or certificate is wrong.</summary>
    Security,

    /// <summary>The network or the other side failed.</summary>
    Connection,

    /// <summary>The time allowed has passed.</summary>
    Timeout,

    /// <summary>Stored or received data is damaged.</summary>
    InvalidData,

    /// <summary>The component is not running, or not on this platform.</summary>
    NotAvailable,
}

/// <summary>A documented failure: the symbol Windows gives it, its HRESULT and its kind.</summary>
/// <param name="Symbol">The Windows symbol, such as <c>PEER_E_INVALID_PEER_NAME</c>.</param>
/// <param name="HResult">The documented HRESULT.</param>
/// <param name="Kind">What kind of failure it is.</param>
public sealed record PeerError(string Symbol, int HResult, PeerErrorKind Kind)
{
    /// <summary>The same, with the HRESULT as headers write it.</summary>
    internal PeerError(string symbol, uint hResult, PeerErrorKind kind)
        : this(symbol, unchecked((int)hResult), kind)
    {
    }

    /// <summary>An exception that reports this error.</summary>
    /// <param name="message">What failed, naming the input, and what to do about it.</param>
    /// <param name="target">The caller's input that failed.</param>
    /// <param name="inner">The cause, if another exception is.</param>
    public PeerException Exception(string message, object? target = null, Exception? inner = null) =>
        new(this, message, target, inner);
}
