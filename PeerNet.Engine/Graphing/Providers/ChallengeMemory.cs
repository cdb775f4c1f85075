namespace PeerNet.Engine.Graphing.Providers;

/// <summary>The challenges of exchanges that are going on, and of the last ones that have ended. No challenge is taken
/// twice, whoever made it.</summary>
internal sealed class ChallengeMemory
{
    /// <summary>How many challenges of ended exchanges are remembered.</summary>
    public const int Capacity = 4096;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _own = [];
    private readonly HashSet<string> _seen = [];
    private readonly Queue<string> _order = new();

    /// <summary>An exchange begins with a challenge of this side.</summary>
    public void Open(byte[] challenge)
    {
        lock (_lock)
        {
            _own.Add(Convert.ToHexString(challenge));
        }
    }

    /// <summary>It has ended.</summary>
    public void Close(byte[] challenge)
    {
        lock (_lock)
        {
            string key = Convert.ToHexString(challenge);
            _own.Remove(key);
            Remember(key);
        }
    }

    /// <summary>Takes a challenge of the other side.</summary>
    /// <returns>False where it was there before.</returns>
    public bool TryTake(byte[] challenge)
    {
        lock (_lock)
        {
            string key = Convert.ToHexString(challenge);
            return !_own.Contains(key) && Remember(key);
        }
    }

    private bool Remember(string key)
    {
        if (!_seen.Add(key))
        {
            return false;
        }

        _order.Enqueue(key);
        if (_order.Count > Capacity)
        {
            _seen.Remove(_order.Dequeue());
        }

        return true;
    }
}
