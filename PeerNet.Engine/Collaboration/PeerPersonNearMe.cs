namespace PeerNet.Engine.Collaboration;

/// <summary>Somebody who is signed in on the same link. All of it is a claim that nobody has proven.</summary>
public sealed record PeerPersonNearMe
{
    /// <summary>What the person wants to be called.</summary>
    public required string Nickname { get; init; }

    /// <summary>The peer name that the person claims.</summary>
    public required string Contact { get; init; }

    /// <summary>The endpoint.</summary>
    public required PeerEndpoint Endpoint { get; init; }

    /// <summary>The id of the endpoint.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whether the peer name is that of a contact.</summary>
    public bool IsContact { get; init; }

    /// <summary>When it was heard of last.</summary>
    public DateTimeOffset Seen { get; init; }

    /// <summary>The nickname.</summary>
    public override string ToString() => Nickname;
}
