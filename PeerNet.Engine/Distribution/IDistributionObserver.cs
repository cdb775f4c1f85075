namespace PeerNet.Engine.Distribution;

/// <summary>Told of what happens to content distribution; the node turns it into events. Must not block.</summary>
internal interface IDistributionObserver
{
    /// <summary>Its status or mode changed.</summary>
    void DistributionChanged(PeerDistributionStatus status);

    /// <summary>Something failed that no caller waits for.</summary>
    void Failed(string source, string message);
}
