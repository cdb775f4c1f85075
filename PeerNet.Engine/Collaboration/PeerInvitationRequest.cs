namespace PeerNet.Engine.Collaboration;

/// <summary>Whom to invite, and to what: an application or a group.</summary>
public sealed record PeerInvitationRequest
{
    /// <summary>Most bytes of <see cref="Data"/>.</summary>
    public const int MaximumData = 16 * 1024;

    /// <summary>The peer name of who is invited.</summary>
    public required string Contact { get; init; }

    /// <summary>The endpoint; null for all of the person's, of which the first to answer counts.</summary>
    public Guid? Endpoint { get; init; }

    /// <summary>The application; null where it is a group.</summary>
    public Guid? ApplicationId { get; init; }

    /// <summary>What the application is given.</summary>
    public byte[] Data { get; init; } = [];

    /// <summary>The document of the group's invitation; null where it is an application.</summary>
    public string? GroupInvitation { get; init; }

    /// <summary>What the user says to it; up to 255 UTF-16 units.</summary>
    public string Message { get; init; } = "";

    /// <summary>How long it can be answered: one second to one day.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromSeconds(30);
}
