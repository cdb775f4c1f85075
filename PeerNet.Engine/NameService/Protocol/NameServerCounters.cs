namespace PeerNet.Engine.NameService.Protocol;

/// <summary>What the machine counts.</summary>
internal sealed class NameServerCounters
{
    /// <summary>Messages that came.</summary>
    public long Questions { get; set; }

    /// <summary>Answers from what was known already.</summary>
    public long Cached { get; set; }

    /// <summary>Searches that were begun.</summary>
    public long Searches { get; set; }

    /// <summary>Answers that tell what a name has.</summary>
    public long Found { get; set; }

    /// <summary>Answers that there is no such name, or nothing of that type.</summary>
    public long Absent { get; set; }

    /// <summary>Answers that nobody could be asked.</summary>
    public long Failed { get; set; }

    /// <summary>Answers that this is not answered here.</summary>
    public long Refused { get; set; }

    /// <summary>Messages that are no questions, or no whole ones.</summary>
    public long Malformed { get; set; }

    /// <summary>Answers that were too long for a datagram.</summary>
    public long Truncated { get; set; }

    /// <summary>Questions to which there was no answer, as their source has had enough.</summary>
    public long Limited { get; set; }
}
