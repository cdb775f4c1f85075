using System.Globalization;
using System.Net;
using PeerNet.Engine.Distribution.Discovery.Protocol;
using PeerNet.Engine.Transport;

namespace PeerNet.Engine.Distribution.Discovery;

/// <summary>What discovery is started with. The defaults are those of MS-PCCRD; the limits are PeerNet's own.</summary>
internal sealed record DiscoveryOptions
{
    /// <summary>The port of WS-Discovery.</summary>
    public const int DefaultPort = 3702;

    /// <summary>The port that probes go to: 1 to 65535.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>The local addresses to use.</summary>
    public AddressChoice Addresses { get; init; } = AddressChoice.All;

    /// <summary>The request timer: how long a probe waits for answers (MS-PCCRD 3.1.2, note 7).</summary>
    public TimeSpan RequestTimer { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How long after that answers are still of use: nobody waits for them, but who answers is there.</summary>
    public TimeSpan LateAnswers { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest back-off before an answer, APP_MAX_DELAY (MS-PCCRD 3.2.2).</summary>
    public TimeSpan MaximumBackoff { get; init; } = TimeSpan.FromMilliseconds(65);

    /// <summary>How often a probe is sent again, as datagrams get lost (SOAP-over-UDP 3): 0 to 2.</summary>
    public int ProbeRepeats { get; init; } = 1;

    /// <summary>From how many replies on a segment is common enough to stay silent: n of MS-PCCRD note 8.</summary>
    public int SuppressionReplies { get; init; } = 10;

    /// <summary>Probes that wait for answers; a search that needs more has its turn later.</summary>
    public int MaximumProbes { get; init; } = 128;

    /// <summary>Answers to one probe that are heard.</summary>
    public int MaximumReplies { get; init; } = 256;

    /// <summary>Answers to one probe that are heard from one address.</summary>
    public int MaximumRepliesPerSource { get; init; } = 16;

    /// <summary>Messages a second that are read, from everybody together.</summary>
    public int MessagesPerSecond { get; init; } = 1000;

    /// <summary>Messages at once after a quiet time.</summary>
    public int MessageBurst { get; init; } = 2000;

    /// <summary>Answers a second to everybody together. A client of content of version 2.0 may ask for each segment of
    /// 64 KiB, and for each twice: 100 Mbit/s are 300 probes a second.</summary>
    public int AnswersPerSecond { get; init; } = 400;

    /// <summary>Answers at once after a quiet time.</summary>
    public int AnswerBurst { get; init; } = 800;

    /// <summary>Answers that wait for their back-off.</summary>
    public int MaximumAnswers { get; init; } = 256;

    /// <summary>Addresses whose messages are counted.</summary>
    public int MaximumSources { get; init; } = 1024;

    /// <summary>Common segments that are remembered.</summary>
    public int RememberedSegments { get; init; } = 4096;

    /// <summary>How long they are remembered.</summary>
    public TimeSpan SegmentLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Checks the whole and names everything that is wrong.</summary>
    /// <returns>One sentence for each error; none where the options are sound.</returns>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [];
        Range(Port, 1, IPEndPoint.MaxPort, nameof(Port));
        Range(ProbeRepeats, 0, 2, nameof(ProbeRepeats));
        Range(SuppressionReplies, 1, 1000, nameof(SuppressionReplies));
        Range(MaximumProbes, DiscoverySearch.MaximumProbes, 4096, nameof(MaximumProbes));
        Range(MaximumReplies, 1, 16_384, nameof(MaximumReplies));
        Range(MaximumRepliesPerSource, 1, 16_384, nameof(MaximumRepliesPerSource));
        Range(MessagesPerSecond, 1, 1 << 20, nameof(MessagesPerSecond));
        Range(MessageBurst, 1, 1 << 20, nameof(MessageBurst));
        Range(AnswersPerSecond, 1, 1 << 20, nameof(AnswersPerSecond));
        Range(AnswerBurst, 1, 1 << 20, nameof(AnswerBurst));
        Range(MaximumAnswers, 1, 1 << 16, nameof(MaximumAnswers));
        Range(MaximumSources, 1, 1 << 16, nameof(MaximumSources));
        Range(RememberedSegments, 1, 1 << 20, nameof(RememberedSegments));
        Times(MaximumBackoff, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1), nameof(MaximumBackoff));
        Times(RequestTimer, MaximumBackoff, TimeSpan.FromSeconds(10), nameof(RequestTimer));
        Times(LateAnswers, TimeSpan.Zero, TimeSpan.FromMinutes(1), nameof(LateAnswers));
        Times(SegmentLifetime, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), nameof(SegmentLifetime));
        return errors;

        void Range(int value, int minimum, int maximum, string name)
        {
            if (value < minimum || value > maximum)
            {
                errors.Add(string.Create(CultureInfo.InvariantCulture, $"{name} must be from {minimum} to {maximum}."));
            }
        }

        void Times(TimeSpan value, TimeSpan minimum, TimeSpan maximum, string name)
        {
            if (value < minimum || value > maximum)
            {
                errors.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name} must be from {minimum.TotalMilliseconds} to {maximum.TotalMilliseconds} ms."));
            }
        }
    }
}
