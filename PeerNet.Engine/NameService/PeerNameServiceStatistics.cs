namespace PeerNet.Engine.NameService;

/// <summary>What the name service has done since it was enabled.</summary>
public sealed record PeerNameServiceStatistics
{
    /// <summary>Messages that came.</summary>
    public long Questions { get; init; }

    /// <summary>Answers from what was known already.</summary>
    public long Cached { get; init; }

    /// <summary>Names that were searched for.</summary>
    public long Searches { get; init; }

    /// <summary>Answers that tell what a name has.</summary>
    public long Found { get; init; }

    /// <summary>Answers that there is no such name, or nothing of that type.</summary>
    public long Absent { get; init; }

    /// <summary>Answers that nobody could be asked.</summary>
    public long Failed { get; init; }

    /// <summary>Questions that are not answered here: other zones, everything at once.</summary>
    public long Refused { get; init; }

    /// <summary>Answers that were too long for a datagram; who asked was told to come by TCP.</summary>
    public long Truncated { get; init; }

    /// <summary>Messages that were no questions, and those of sources that have had enough.</summary>
    public long Dropped { get; init; }

    /// <summary>Names that are remembered now.</summary>
    public int Names { get; init; }

    /// <summary>Questions that wait for a search now.</summary>
    public int Waiting { get; init; }

    /// <summary>Connections now.</summary>
    public int Connections { get; init; }

    /// <summary>The number of questions.</summary>
    public override string ToString() => $"{Questions} questions";
}
