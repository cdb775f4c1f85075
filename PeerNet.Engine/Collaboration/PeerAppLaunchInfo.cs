using PeerNet.Engine.Collaboration.Applications;
using PeerNet.Engine.Core;

namespace PeerNet.Engine.Collaboration;

/// <summary>What a program that was run by an accepted invitation is told of it (PEER_APP_LAUNCH_INFO). All of it was said by
/// the inviter, whose key is proven.</summary>
public sealed record PeerAppLaunchInfo
{
    /// <summary>The peer name of who has invited.</summary>
    public required string Contact { get; init; }

    /// <summary>What people call that person.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>The endpoint that the invitation came from.</summary>
    public Guid Endpoint { get; init; }

    /// <summary>What that endpoint is called.</summary>
    public string EndpointName { get; init; } = "";

    /// <summary>What the inviter says to it.</summary>
    public string Message { get; init; } = "";

    /// <summary>What the inviter gives to the program.</summary>
    public byte[] Data { get; init; } = [];

    /// <summary>The application that was run.</summary>
    public Guid ApplicationId { get; init; }

    /// <summary>The invitation.</summary>
    public Guid InvitationId { get; init; }

    /// <summary>What this process was told when it was run.</summary>
    /// <exception cref="PeerException">It was not run by an invitation, or what it was told is gone.</exception>
    public static PeerAppLaunchInfo Read() =>
        LaunchFile.Read(Environment.GetEnvironmentVariable(LaunchFile.Variable));

    /// <summary>The invitation's id.</summary>
    public override string ToString() => InvitationId.ToString();
}
