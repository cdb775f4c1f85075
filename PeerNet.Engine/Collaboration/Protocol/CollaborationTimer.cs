namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>What a timer of the machine is for.</summary>
/// <param name="Kind">What.</param>
/// <param name="Link">Of which link.</param>
/// <param name="Person">Of which person.</param>
/// <param name="Id">Of which endpoint or invitation.</param>
internal readonly record struct CollaborationTimer(TimerKind Kind, int Link = 0, string? Person = null, Guid Id = default);

internal enum TimerKind
{
    /// <summary>Announce this endpoint again.</summary>
    Announce,

    /// <summary>Answer those who have asked who is here.</summary>
    AnswerProbes,

    /// <summary>An announcement is to be believed no more.</summary>
    PersonGone,

    /// <summary>The greeting takes too long.</summary>
    Greeting,

    /// <summary>Nothing was read for some time: look whether a link lives.</summary>
    Liveness,

    /// <summary>A subscription to this node has run out.</summary>
    SubscriberGone,

    /// <summary>This node's subscription has to be renewed.</summary>
    Renew,

    /// <summary>Nobody needs the link.</summary>
    Idle,

    /// <summary>Try to reach a person again.</summary>
    Reach,

    /// <summary>An invitation has expired.</summary>
    InvitationExpired,
}
