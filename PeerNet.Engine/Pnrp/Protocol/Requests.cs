using PeerNet.Engine.Pnrp.Protocol.Messages;

namespace PeerNet.Engine.Pnrp.Protocol;

/// <summary>What applications want resolved (MS-PNRP 3.1.4.4): while the cloud is synchronizing, it waits.</summary>
/// <param name="context">What the parts share.</param>
/// <param name="resolving">Searches.</param>
internal sealed class Requests(PnrpContext context, Resolving resolving)
{
    private readonly Dictionary<int, ResolveState> _resolves = [];
    private readonly Queue<ResolveState> _starting = [];
    private readonly Queue<ResolveState> _waiting = [];
    private int _lastResolve;

    /// <summary>Whether some are to be started.</summary>
    public bool IsStarting => _starting.Count > 0;

    /// <summary>Starts a resolve (MS-PNRP 3.1.4.4). While the cloud is synchronizing, it waits.</summary>
    /// <returns>Its number, or −1 where the cloud is not open, has no address, or too many are in progress.</returns>
    public int Resolve(ResolveTarget target)
    {
        if (!context.IsOpen || !context.HasNetwork || _resolves.Count >= PnrpLimits.MaximumResolves)
        {
            return -1;
        }

        context.Counters.Resolves++;
        var resolve = new ResolveState
        {
            Number = ++_lastResolve,
            Target = target.Id,
            Reason = ResolveReason.AppRequest,
            Criteria = target.Criteria,
            ConsiderLocal = target.ConsiderLocal,
            ExcludeOwnAddresses = target.ExcludeOwnAddresses,
            MaxResults = target.MaxResults,
        };
        _resolves.Add(resolve.Number, resolve);
        _starting.Enqueue(resolve);
        StartAll();
        return resolve.Number;
    }

    /// <summary>Forgets a resolve without any effect.</summary>
    /// <returns>What it has come to.</returns>
    public ResolveTally Cancel(int resolve)
    {
        if (!_resolves.Remove(resolve, out ResolveState? state))
        {
            return default;
        }

        state.IsOver = true;
        return state.GetTally();
    }

    /// <summary>Starts those that need not wait any more.</summary>
    public void StartAll()
    {
        while (_starting.TryDequeue(out ResolveState? resolve))
        {
            if (resolve.IsOver)
            {
                continue;
            }

            if (context.State == PeerCloudState.Synchronizing)
            {
                _waiting.Enqueue(resolve);
            }
            else
            {
                resolving.Start(resolve);
            }
        }
    }

    /// <summary>The cloud is no longer synchronizing: nobody has to wait.</summary>
    public void Wake()
    {
        while (_waiting.TryDequeue(out ResolveState? resolve))
        {
            _starting.Enqueue(resolve);
        }
    }

    /// <summary>Ends all that applications wait for.</summary>
    public void EndAll()
    {
        foreach (ResolveState resolve in _resolves.Values.ToArray())
        {
            resolve.IsLossy = true;
            resolving.End(resolve);
        }

        _starting.Clear();
        _waiting.Clear();
    }

    /// <summary>A search has ended.</summary>
    public void OnFinished(ResolveState resolve)
    {
        _resolves.Remove(resolve.Number);
        context.Tell(new PnrpNews.ResolveEnded(resolve.Number, resolve.GetTally()));
    }
}
