using System.Net;

namespace PeerNet.Engine.Collaboration;

/// <summary>A machine where a person is signed in, as it was when it was asked for. An endpoint is named by its person and its
/// id: <c>peer name/id</c>.</summary>
public sealed record PeerEndpoint
{
    /// <summary>The person's peer name. Nobody has proven it while <see cref="Fingerprint"/> is null.</summary>
    public required string Contact { get; init; }

    /// <summary>The id of the endpoint.</summary>
    public required Guid Id { get; init; }

    /// <summary>The name of the endpoint.</summary>
    public string Name { get; init; } = "";

    /// <summary>What people call the person: a contact's nickname, else what the person says.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>Where it listens, as far as that is known.</summary>
    public IPEndPoint[] Addresses { get; init; } = [];

    /// <summary>Whether there is a connection.</summary>
    public bool IsConnected { get; init; }

    /// <summary>Whether changes are pushed.</summary>
    public bool IsSubscribed { get; init; }

    /// <summary>Whether the person is a contact.</summary>
    public bool IsContact { get; init; }

    /// <summary>The SHA-256 fingerprint of the key that it has proven to have; null before.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The authentication string: six digits that are the same at both ends of the connection, unless somebody stands
    /// between them. Null while there is no connection.</summary>
    public string? AuthenticationString { get; init; }

    /// <summary>The peer name and the id, by which commands take it.</summary>
    public override string ToString() => $"{Contact}/{Id}";
}
