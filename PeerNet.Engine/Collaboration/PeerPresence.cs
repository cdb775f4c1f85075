namespace PeerNet.Engine.Collaboration;

/// <summary>The presence of a person at one endpoint, as it was when it was asked for. A person who is not there has one of
/// these too, without an endpoint.</summary>
public sealed record PeerPresence
{
    /// <summary>The person's peer name.</summary>
    public required string Contact { get; init; }

    /// <summary>What people call the person: a contact's nickname, else what the person says.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>The endpoint; null where there is none.</summary>
    public Guid? Endpoint { get; init; }

    /// <summary>The name of the endpoint.</summary>
    public string EndpointName { get; init; } = "";

    /// <summary>Where this node is signed in; only of its own presence.</summary>
    public PeerCollaborationScope SignInScope { get; init; }

    /// <summary>Where this node signs in whenever it starts; only of its own presence.</summary>
    public PeerCollaborationScope PersistentScope { get; init; }

    /// <summary>What the person is doing; <see cref="PeerPresenceStatus.Offline"/> where that is not known.</summary>
    public PeerPresenceStatus Status { get; init; }

    /// <summary>What the person says to it.</summary>
    public string Text { get; init; } = "";

    /// <summary>Since when; null where nothing is known.</summary>
    public DateTimeOffset? Updated { get; init; }

    /// <summary>Whether it is this node's own.</summary>
    public bool IsOwn { get; init; }

    /// <summary>The name and the status.</summary>
    public override string ToString() => $"{DisplayName}: {Status}";
}
