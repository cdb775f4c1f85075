namespace PeerNet.Engine.Distribution.Retrieval;

/// <summary>The Active Client Count: how many clients are served, and no more than a maximum (MS-PCCRR 3.2.1).</summary>
internal sealed class ClientGate(int maximum)
{
    private int _count;

    /// <summary>Clients that are served now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Counts a client, unless there are as many as may be.</summary>
    public bool TryEnter()
    {
        int count = Volatile.Read(ref _count);
        while (count < maximum)
        {
            int seen = Interlocked.CompareExchange(ref _count, count + 1, count);
            if (seen == count)
            {
                return true;
            }

            count = seen;
        }

        return false;
    }

    /// <summary>Ends what a successful <see cref="TryEnter"/> began; called once for each, so it never falls below 0.</summary>
    public void Leave() => Interlocked.Decrement(ref _count);
}
