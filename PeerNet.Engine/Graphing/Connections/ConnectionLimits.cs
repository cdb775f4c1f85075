namespace PeerNet.Engine.Graphing.Connections;

/// <summary>What a connection may cost. How many there may be, the machine knows.</summary>
internal sealed record ConnectionLimits
{
    /// <summary>Most bytes of AUTH_INFO: the head, and three ids of 255 characters in UTF-8.</summary>
    public int AuthInfo { get; init; } = 4 * 1024;

    /// <summary>Most bytes of the messages that make a connection: CONNECT, WELCOME, REFUSE, with 255 addresses and names.</summary>
    public int FirstMessage { get; init; } = 16 * 1024;

    /// <summary>Most bytes that wait to be sent. The machine closes a connection long before; this is for its mistakes.</summary>
    public long SendQueue { get; init; } = 256 * 1024 * 1024;
}
