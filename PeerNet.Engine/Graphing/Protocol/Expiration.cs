using PeerNet.Engine.Core;
using PeerNet.Engine.Graphing.Protocol.Records;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>When records expire: MS-PPGRH 3.1.6.7, 3.1.7.3.</summary>
/// <param name="core">What the parts share.</param>
/// <param name="purge">Purges one; says whether it did.</param>
internal sealed class Expiration(GraphCore core, Func<RecordKey, bool> purge)
{
    private const int Page = 500;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>When the next record expires.</summary>
    public TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

    private bool IsDeferred => core.Properties?.DefersExpiration == true && core.Neighbors.Count == 0;

    /// <summary>Looks at once.</summary>
    public void Begin() => Due = core.Elapsed;

    /// <summary>What waited for neighbors, or for the database to be complete, waits no more.</summary>
    public void Resume()
    {
        if (core.Properties?.DefersExpiration == true)
        {
            Due = core.Elapsed;
        }
    }

    /// <summary>Peer time, or what is stored, may have changed.</summary>
    public void Schedule()
    {
        if (!IsDeferred)
        {
            PeerTime next = core.Store.NextExpiration ?? core.PeerNow + Longest;
            Due = core.Elapsed + Clamp(next - core.PeerNow);
        }
    }

    /// <summary>A record that expires then is in the store.</summary>
    public void By(PeerTime expires)
    {
        if (!IsDeferred)
        {
            Due = Moment.Least(Due, core.Elapsed + Clamp(expires - core.PeerNow));
        }
    }

    // MS-PPGRH 3.1.6.7 says "larger than the current peer time"; a record expires when its time is over.
    public void Advance()
    {
        if (core.Elapsed < Due)
        {
            return;
        }

        if (IsDeferred)
        {
            Due = TimeSpan.MaxValue;
            return;
        }

        try
        {
            int purged = 0;
            IReadOnlyList<RecordKey> expired = core.Store.ListExpiring(core.PeerNow, Page);
            foreach (RecordKey key in expired)
            {
                purged += purge(key) ? 1 : 0;
            }

            // More than one page: go on after other work.
            if (expired.Count == Page && purged > 0)
            {
                Due = core.Elapsed;
                return;
            }

            Schedule();
        }
        catch (PeerException failure)
        {
            Due = core.Elapsed + Shortest;
            core.Tell(failure);
        }
    }

    private static TimeSpan Clamp(TimeSpan delay) => delay < Shortest ? Shortest : Moment.Least(delay, Longest);
}
