using PeerNet.Engine.NameService.Protocol.Messages;

namespace PeerNet.Engine.NameService.Protocol;

/// <summary>A question for a name that a peer may have.</summary>
internal readonly ref struct AskedName
{
    /// <summary>Who asks.</summary>
    public required QuestionSource Source { get; init; }

    /// <summary>The question.</summary>
    public required DnsQuery Query { get; init; }

    /// <summary>The question as it came.</summary>
    public required ReadOnlySpan<byte> Message { get; init; }

    /// <summary>What its name is made of.</summary>
    public required ZoneName Name { get; init; }

    /// <summary>The host name of the peer in lower case.</summary>
    public required ReadOnlySpan<byte> Lower { get; init; }

    /// <summary>The host name of the peer as it was written.</summary>
    public ReadOnlySpan<byte> Written => Query.Name[Name.Peer..];

    /// <summary>When it is answered at the latest.</summary>
    public required TimeSpan Due { get; init; }
}
