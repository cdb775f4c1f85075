using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>When the records that were kept before are judged, while the graph is open already: a few at a time, so that nobody
/// waits for them.</summary>
internal sealed class Judging(GraphCore core)
{
    private const int Page = 16;

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(15);

    /// <summary>When the next are.</summary>
    public TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Goes on at once, where there is something to judge.</summary>
    public void Begin() => Due = core.Store.IsDone ? TimeSpan.MaxValue : core.Elapsed;

    public void Advance()
    {
        if (core.Elapsed < Due)
        {
            return;
        }

        try
        {
            core.Store.Step(Page);
            Begin();
        }
        catch (PeerException failure)
        {
            Due = core.Elapsed + Retry;
            core.Tell(failure);
        }
    }
}
