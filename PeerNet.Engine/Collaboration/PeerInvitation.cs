namespace PeerNet.Engine.Collaboration;

/// <summary>An invitation that was sent or received, as it was when it was asked for.</summary>
public sealed record PeerInvitation
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required PeerInvitationDirection Direction { get; init; }

    /// <summary>How far it is.</summary>
    public required PeerInvitationState State { get; init; }

    /// <summary>What it is to.</summary>
    public required PeerInvitationKind Kind { get; init; }

    /// <summary>The peer name of who is invited, or has invited.</summary>
    public required string Contact { get; init; }

    /// <summary>What people call that person: a contact's nickname, else what the person says.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>Whether that person is a contact.</summary>
    public bool IsContact { get; init; }

    /// <summary>The endpoint that is invited or has answered; of a received one, where it came from.</summary>
    public Guid? Endpoint { get; init; }

    /// <summary>The application; null where it is a group.</summary>
    public Guid? ApplicationId { get; init; }

    /// <summary>What the application is called here; null where it is a group, or not registered.</summary>
    public string? ApplicationName { get; init; }

    /// <summary>What the application is given.</summary>
    public byte[] Data { get; init; } = [];

    /// <summary>The document of the group's invitation; null where it is an application. It is not judged yet.</summary>
    public string? GroupInvitation { get; init; }

    /// <summary>What who has invited says to it.</summary>
    public string Message { get; init; } = "";

    /// <summary>When it was sent or received.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Until when it can be answered.</summary>
    public DateTimeOffset Expires { get; init; }

    /// <summary>When it was answered, cancelled or has expired.</summary>
    public DateTimeOffset? Completed { get; init; }

    /// <summary>The group that was joined by it.</summary>
    public string? JoinedGroup { get; init; }

    /// <summary>The id.</summary>
    public override string ToString() => Id.ToString();
}
