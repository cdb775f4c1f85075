using System.Net;
using PeerNet.Engine.Distribution;
using PeerNet.Engine.Distribution.Content;
using PeerNet.Engine.Distribution.Retrieval.Protocol;

namespace PeerNet.Engine.Tests.Distribution.Download;

/// <summary>A peer, or a hosted cache, that behaves as a test says. At first it has everything, and is honest.</summary>
internal sealed class FakePeer(IPEndPoint endpoint)
{
    public IPEndPoint Endpoint => endpoint;

    public Uri Address { get; } = new($"http://{endpoint}/");

    /// <summary>Whether it answers probes.</summary>
    public bool IsDiscoverable { get; set; } = true;

    /// <summary>Whether it answers GETSEGLIST.</summary>
    public bool KnowsSegmentLists { get; set; } = true;

    /// <summary>Which segments it says it has.</summary>
    public Func<SegmentId, bool> Claims { get; set; } = _ => true;

    /// <summary>How it answers GETBLKS.</summary>
    public Func<PeerContentSegment, int, BlockOutcome> Answers { get; set; } = (_, _) => BlockOutcome.Received;

    /// <summary>What an answer waits for; null for nothing.</summary>
    public Func<CancellationToken, Task>? Delay { get; set; }

    /// <summary>How it answers GETBLKLIST.</summary>
    public Func<SegmentId, BlockSet, BlockSet?> List { get; set; } = (_, wanted) => wanted;

    /// <summary>Requests for blocks that it had.</summary>
    public int Requests;

    public async Task<BlockOutcome> AnswerAsync(PeerContentSegment segment, int index, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref Requests);
        if (Delay is { } delay)
        {
            await delay(cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return Answers(segment, index);
    }
}
