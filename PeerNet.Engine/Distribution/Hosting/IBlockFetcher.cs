using PeerNet.Engine.Distribution.Hosting.Protocol;

namespace PeerNet.Engine.Distribution.Hosting;

/// <summary>Fetches one block into the cache.</summary>
internal interface IBlockFetcher
{
    /// <summary>Fetches a block and stores it. Nothing but cancellation is thrown.</summary>
    /// <returns>How it ended, and how many bytes came.</returns>
    Task<(FetchOutcome Outcome, int Length)> FetchAsync(FetchRequest request, CancellationToken cancellationToken);
}
