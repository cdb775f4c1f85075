namespace PeerNet.Engine.Distribution.Http;

/// <summary>How hash requests are made (MS-PCCRTP 3.1.5.1, which has no numbers).</summary>
internal sealed record HashRequestOptions
{
    /// <summary>Contents that wait at most; more are not asked about.</summary>
    public int MaximumPending { get; init; } = 256;

    /// <summary>Contents that are dealt with at once.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>Requests for the information of one content, while its server says that it is still hashing.</summary>
    public int Attempts { get; init; } = 8;

    /// <summary>The wait before the second request; twice as long before each further one. All eight take two minutes,
    /// in which a slow disk gives 10 GiB.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>When one content is given up, whatever its server does.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(10);
}
