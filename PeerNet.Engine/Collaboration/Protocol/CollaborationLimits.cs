namespace PeerNet.Engine.Collaboration.Protocol;

/// <summary>How many, how large and how long (PROTOCOL.md 4.5, 5).</summary>
internal static class CollaborationLimits
{
    public const int StrangersLinks = 256;
    public const int LinksOfStranger = 8;
    public const int StrangersLinksOfSource = 32;
    public const int ContactsLinks = 2048;
    public const int LinksOfContact = 8;

    public const int ItemsOfKind = 64;
    public const int BytesOfEndpoint = 256 * 1024;
    public const int BytesOfAll = 64 * 1024 * 1024;

    public const int People = 2000;
    public const int PeopleOfSource = 64;
    public const int AnnouncementsPerSecond = 500;
    public const int AnnouncementBurst = 1000;
    public const int AnnouncementSources = 1000;

    public const int WaitingInvitations = 64;
    public const int WaitingOfStranger = 4;
    public const int WaitingOfContact = 16;
    public const int WaitingOfSource = 16;
    public const int InvitationsOfStranger = 6;
    public const int InvitationsOfStrangers = 60;
    public const int InvitationsOfContact = 30;
    public const int SentInvitations = 256;
    public const int EndedInvitations = 256;

    /// <summary>Most addresses that are kept of a person or an endpoint.</summary>
    public const int Addresses = 8;

    public static readonly TimeSpan GreetingTime = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan SubscriptionLifetime = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan PingPatience = TimeSpan.FromSeconds(15);
    public static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(120);
    public static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(300);
    public static readonly TimeSpan ReunionTime = TimeSpan.FromSeconds(10);

    /// <summary>A step of the clock that tells that the machine slept.</summary>
    public static readonly TimeSpan Sleep = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan PatienceAfterSleep = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan FirstFind = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan LongestFind = TimeSpan.FromHours(1);

    public static readonly TimeSpan InvitationWindow = TimeSpan.FromMinutes(1);
}
