using PeerNet.Engine.Core;

namespace PeerNet.Engine.Graphing.Protocol;

/// <summary>Endpoints of nodes that others have named (MS-PPGRH 3.1.1, Referral List). The oldest make room.</summary>
internal sealed class ReferralList(int capacity)
{
    // At most a few hundred: a list in the order of receipt is all it takes.
    private readonly List<Entry> _entries = [];

    public int Count => _entries.Count;

    public GraphEndpoint this[int index] => _entries[index].Endpoint;

    /// <summary>Adds an endpoint as the newest. One that was tried stays tried, so that nodes that refer to each other
    /// are not asked in circles.</summary>
    public void Add(GraphEndpoint endpoint)
    {
        int index = _entries.FindIndex(entry => entry.Endpoint == endpoint);
        bool wasTried = false;
        if (index >= 0)
        {
            wasTried = _entries[index].IsTried;
            _entries.RemoveAt(index);
        }
        else if (_entries.Count >= capacity)
        {
            _entries.RemoveAt(0);
        }

        _entries.Add(new(endpoint, wasTried));
    }

    /// <summary>Takes one that was not tried yet, beginning at random (MS-PPGRH 3.1.5.2.3).</summary>
    public bool TryTakeUntried(IRandomSource random, Func<GraphEndpoint, bool> isWanted, out GraphEndpoint endpoint)
    {
        int start = _entries.Count == 0 ? 0 : random.Next(_entries.Count);
        for (int i = 0; i < _entries.Count; i++)
        {
            int index = (start + i) % _entries.Count;
            Entry entry = _entries[index];
            if (!entry.IsTried && isWanted(entry.Endpoint))
            {
                MarkTried(index);
                endpoint = entry.Endpoint;
                return true;
            }
        }

        endpoint = default;
        return false;
    }

    /// <summary>Notes that an endpoint is being tried.</summary>
    public void MarkTried(GraphEndpoint endpoint)
    {
        int index = _entries.FindIndex(entry => entry.Endpoint == endpoint);
        if (index >= 0)
        {
            MarkTried(index);
        }
    }

    /// <summary>All may be tried again.</summary>
    public void ForgetTries()
    {
        for (int i = 0; i < _entries.Count; i++)
        {
            _entries[i] = _entries[i] with { IsTried = false };
        }
    }

    private void MarkTried(int index) => _entries[index] = _entries[index] with { IsTried = true };

    private readonly record struct Entry(GraphEndpoint Endpoint, bool IsTried);
}
