using PeerNet.Engine.Core;

namespace PeerNet.Engine.Distribution.Hosting.Protocol;

/// <summary>A client as the hosted cache knows it: by its address, or the IPv6 /64 of which one host has every address.</summary>
internal sealed class FetchClient(AddressBlock source)
{
    private readonly Queue<FetchJob> _ready = new();
    private TimeSpan _periodStart;
    private int _offers;
    private long _bytes;

    public AddressBlock Source => source;

    /// <summary>Its offers that have not ended.</summary>
    public HashSet<FetchJob> Jobs { get; } = [];

    /// <summary>Requests under way at it.</summary>
    public int InFlight { get; set; }

    /// <summary>Offers in a row that brought nothing.</summary>
    public int EmptyOffers { get; set; }

    /// <summary>Until when its offers are refused; null where they never had to be.</summary>
    public TimeSpan? RefusedUntil { get; set; }

    /// <summary>Whether it waits for its turn.</summary>
    public bool HasTurn { get; set; }

    /// <summary>Whether there is a block to ask it for.</summary>
    public bool HasReady
    {
        get
        {
            while (_ready.TryPeek(out FetchJob? job) && (job.IsEnded || job.Remaining.IsEmpty))
            {
                _ready.Dequeue();
            }

            return _ready.Count > 0;
        }
    }

    /// <summary>Whether its offers are refused.</summary>
    public bool IsRefused(TimeSpan now) => RefusedUntil > now;

    /// <summary>Whether nothing of it is under way or has to be remembered.</summary>
    public bool IsForgettable(TimeSpan now) => Jobs.Count == 0 && InFlight == 0 && !IsRefused(now);

    /// <summary>Whether it has used nothing of its quotas lately.</summary>
    public bool IsIdle(TimeSpan now) =>
        IsForgettable(now) && now - _periodStart >= FetchLimits.QuotaPeriod;

    /// <summary>Counts an offer against its quotas, unless they are used up.</summary>
    public bool TryCharge(long bytes, TimeSpan now, FetchLimits limits)
    {
        if (_offers == 0 || now - _periodStart >= FetchLimits.QuotaPeriod)
        {
            _periodStart = now;
            _offers = 0;
            _bytes = 0;
        }

        if (_offers >= limits.OffersPerClient || bytes > limits.BytesPerClient - _bytes)
        {
            return false;
        }

        _offers++;
        _bytes += bytes;
        return true;
    }

    public void AddReady(FetchJob job) => _ready.Enqueue(job);

    /// <summary>The offer whose next block is to be asked for; <see cref="HasReady"/> says whether there is one.</summary>
    public FetchJob PeekReady() => _ready.Peek();
}
